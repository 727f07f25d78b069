"""The vector drawing shows what the picture from above does."""

from xml.etree import ElementTree

import numpy as np
import pytest

from hideseek.view.painter import Painter, Pixels
from hideseek.view.palette import BOX, CYLINDER, HIDER, SEEKER, colour
from hideseek.view.svg import Drawing, render_svg
from tests.refusal import assert_refused

SVG = "{http://www.w3.org/2000/svg}"
RED = (1.0, 0.0, 0.0, 0.5)


def drawn(scene, size: int = 240) -> ElementTree.Element:
    return ElementTree.fromstring(render_svg(scene.bodies, scene.record, scene.game, 0, size))


def fills(root: ElementTree.Element) -> list[str]:
    return [element.get("fill", "") for element in root.iter()]


def test_document_is_whole_and_refers_only_to_itself(scene):
    """It parses, has the size asked for, holds no image and no script, and every reference is defined."""
    text = render_svg(scene.bodies, scene.record, scene.game, 0, 240)
    root = ElementTree.fromstring(text)
    assert root.get("width") == "240"
    assert root.get("viewBox") == f"0 0 240 {root.get('height')}"
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {
        *("svg", "defs", "radialGradient", "stop", "filter", "feGaussianBlur"),
        *("rect", "circle", "line", "polygon", "text"),
    }
    defined = {element.get("id") for element in root.iter()} - {None}
    used = {value[5:-1] for element in root.iter() for value in element.attrib.values() if value.startswith("url(#")}
    assert used == defined


def test_everybody_is_where_they_should_be(scene):
    """A blue circle where a hider is, a red one where a seeker is, and nothing of an absent box."""
    scene.bodies.exists[0, 5] = False
    root = drawn(scene, 610)  # 100 pixels for a metre, -0.05 m at the left
    circles = [element for element in root.iter(f"{SVG}circle") if element.get("r") == "15.00"]
    places = {(element.get("fill"), element.get("cx"), element.get("cy")) for element in circles}
    assert places == {
        (f"#{HIDER}", "105.00", "505.00"),
        (f"#{HIDER}", "505.00", "505.00"),
        (f"#{SEEKER}", "105.00", "105.00"),
        (f"#{SEEKER}", "505.00", "105.00"),
    }
    assert fills(root).count(f"#{BOX}") == 1


def test_views_are_polygons_with_a_fading_fill(scene):
    """One for each agent."""
    root = drawn(scene)
    gradients = [element.get("id") for element in root.iter(f"{SVG}radialGradient")]
    assert len(gradients) == scene.game.agents
    assert all(fills(root).count(f"url(#{name})") == 1 for name in gradients)


def test_header_tells_phase_and_verdict(scene):
    """The same words as on the picture."""
    assert [element.text for element in drawn(scene).iter(f"{SVG}text")] == ["preparation", "0 / 32"]
    scene.record.step[0] = 40
    assert [element.text for element in drawn(scene).iter(f"{SVG}text")] == ["seeking", "8 / 48", "hidden"]
    scene.record.sees_agent[0, 2, 0] = True
    assert [element.text for element in drawn(scene).iter(f"{SVG}text")] == ["seeking", "8 / 48", "seen"]


def test_shapes_have_their_opacity_and_soft_edges():
    """A disc, a line and a polygon of half-transparent red, the last one soft."""
    drawing = Drawing(100, 100)
    painter = Painter(drawing, 10.0, 0.0)
    painter.disc((1.0, 2.0), 0.5, RED)
    painter.line((1.0, 2.0), (3.0, 2.0), 0.5, RED)
    painter.polygon(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), RED, softness=0.4)
    disc, line, polygon = (ElementTree.fromstring(element) for element in drawing.elements)
    assert disc.attrib == {"cx": "10.00", "cy": "80.00", "r": "5.00", "fill": "#ff0000", "fill-opacity": "0.5"}
    assert (line.get("stroke-width"), line.get("stroke-linecap")) == ("10.00", "round")
    assert line.get("stroke-opacity") == "0.5"
    assert polygon.get("points") == "0.00,100.00 10.00,100.00 0.00,90.00"
    blur = polygon.get("filter", "")[5:-1]
    assert f'id="{blur}"' in drawing.definitions()


def test_fan_ends_where_its_rays_do():
    """The same points as on pixels: the drawing's rays turn as the picture's do."""
    drawing, image = Drawing(100, 100), np.zeros((100, 100, 3), np.uint8)
    for surface in (drawing, Pixels(image)):
        Painter(surface, 10.0, 0.0).fan((5.0, 5.0), 0.5, 0.4, np.array([2.0, 3.0, 4.0]), 4.0, colour(HIDER))
    (fan,) = drawing.elements
    points = [tuple(map(float, point.split(","))) for point in ElementTree.fromstring(fan).get("points", "").split()]
    assert points[0] == (50.0, 50.0)
    lengths = sorted(np.hypot(x - 50.0, y - 50.0) for x, y in points[1:])
    assert lengths == pytest.approx([20.0, 30.0, 40.0], abs=0.02)
    for x, y in points[1:]:
        assert y < 50.0 or x > 85.0, "counter-clockwise is up"
    inside, beyond = (
        (50.0 + 0.6 * (points[2][k] - 50.0) for k in (0, 1)),
        (50 + 1.2 * (points[2][k] - 50) for k in (0, 1)),
    )
    x, y = inside
    assert image[int(y), int(x)].any()
    x, y = beyond
    assert not image[int(y), int(x)].any()


def test_bad_requests_are_refused(scene):
    """As with pictures."""
    assert_refused(lambda: drawn(scene, 10), ValueError, "size is 10, expected an integer from 64")
    bodies = scene.bodies
    assert_refused(lambda: render_svg(bodies, scene.record, scene.game, 3), ValueError, "w is 3")


def test_a_cylinder_is_a_circle(shelter):
    """Around its middle, within a rim."""
    circles = [element for element in drawn(shelter, 610).iter(f"{SVG}circle") if element.get("fill") == f"#{CYLINDER}"]
    assert [(x.get("r"), x.get("cx"), x.get("cy")) for x in circles] == [("77.00", "305.00", "305.00")]
