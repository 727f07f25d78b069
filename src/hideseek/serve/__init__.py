"""The page's server; all of it needs the extra `view`."""

from hideseek.checks import import_extra

for _library in ("anyio", "starlette", "uvicorn", "websockets"):
    import_extra(_library, _library, "view")
