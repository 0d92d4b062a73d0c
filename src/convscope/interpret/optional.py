"""captum, which is heavy to wake: it brings pyplot, and a third of a second."""

from collections.abc import Callable

from torch import Tensor, nn

Forward = Callable[[Tensor], Tensor]


def layer_grad_cam(forward: Forward, layer: nn.Module, images: Tensor, classes: Tensor) -> Tensor:
    """Weigh each map of a layer by its mean gradient, add them up, keep what speaks for the class.

    Returns:
        (batch, 1, rows, columns) of the layer's map, 0 or more.
    """
    from captum.attr import LayerGradCam

    found: Tensor = LayerGradCam(forward, layer).attribute(
        images, target=classes, relu_attributions=True
    )  # pyright: ignore[reportAssignmentType] - a tuple only for layers with several outputs
    return found.detach()


def occluded(
    forward: Forward,
    images: Tensor,
    classes: Tensor,
    *,
    window: int,
    stride: int,
    cover: Tensor,
    at_once: int,
) -> Tensor:
    """Cover each place in turn, and see by how much the class's number falls.

    Returns:
        (batch, channels, height, width): the mean fall over the windows that cover a pixel.
    """
    from captum.attr import Occlusion

    channels = images.shape[1]
    found: Tensor = Occlusion(forward).attribute(
        images,
        target=classes,
        sliding_window_shapes=(channels, window, window),
        strides=(channels, stride, stride),
        baselines=cover.expand_as(images),
        perturbations_per_eval=at_once,
    )  # pyright: ignore[reportAssignmentType] - a tuple only for several inputs
    return found.detach()
