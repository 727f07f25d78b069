"""The window the page is in: a phone's width, names for those who do not see it, motion, and no graphics at all."""

from collections.abc import Callable

from tests.view.page.conftest import Visit


def test_phone(new_visit: Callable[..., Visit]):
    """Nothing is wider than the window; where nobody asks for less motion, the episode plays by itself."""
    visit = new_visit(width=390, height=700, reduced_motion=False, has_touch=True, is_mobile=True)
    visit.open()
    visit.wait("hideseek.time === 20 && !hideseek.playing")
    visit.seek(0)
    widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths == [390, 390]
    tops = [visit.page.locator(part).bounding_box()["y"] for part in ("#scene", ".dock", "#panel")]
    assert tops == sorted(tops)
    before = visit.picture()
    visit.page.locator("#forward").tap()
    assert visit.read("time") == 1
    assert visit.picture() != before
    assert visit.problems == []


def test_names_and_focus(visit: Visit):
    """Whatever takes a key or a click has a name, and the focus is to be seen on it."""
    nameless = visit.page.evaluate(
        """[...document.querySelectorAll('button, input, select, canvas, [role=radiogroup]')].filter((element) =>
            element.checkVisibility() && !element.closest('[aria-hidden]')
            && !element.getAttribute('aria-label') && !element.textContent.trim()
            && !element.labels?.[0]?.textContent.trim()).map((element) => element.outerHTML)"""
    )
    assert nameless == []
    for _ in range(3):
        visit.press("Tab")
        outline = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", visit.page.evaluate("document.activeElement.outerHTML")
    visit.seek(3)
    assert visit.page.locator("#scrub").get_attribute("aria-valuetext") == "step 3 of 20, preparation"


def test_choices_by_arrow_keys(visit: Visit):
    """Within a group of choices the arrows move; they do not move the time."""
    visit.page.locator("#cameras button").first.focus()
    visit.press("ArrowRight")
    assert (visit.read("camera"), visit.read("time")) == ("top", 0)


def test_without_graphics(new_visit: Callable[..., Visit]):
    """One sentence, where the browser has no WebGL."""
    visit = new_visit()
    visit.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit.open()
    assert "needs WebGL" in visit.text("#message")


def test_library_that_does_not_answer(new_visit: Callable[..., Visit]):
    """One sentence, too."""
    visit = new_visit()
    visit.page.route("**/api/library", lambda route: route.abort())
    visit.open()
    assert visit.text("#message") == "The server does not answer; is hideseek still running?"
