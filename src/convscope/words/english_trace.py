"""Labels of a traced number in English."""

TRACE = {
    "trace_title": "{layer}, channel {channel}, cell {cell}: {value}",
    "trace_input": "input",
    "trace_map": "{name}\nchannel {channel} of {channels}",
    "trace_box": "rows {top} to {bottom}, columns {left} to {right}",
    "trace_at_least": "rows {top} to {bottom}, columns {left} to {right}, or more",
    "trace_own": "pixels, 0 to 255\nchannel {channel}",
    "trace_seen": "as the net sees them",
    "trace_patch": "{source}\nchannel {channel}",
    "trace_terms": "{source}\nthe strongest of {count} terms",
    "trace_kernel": "kernel",
    "trace_weights": "weights",
    "trace_products": "products, sum {sum}",
    "trace_sum": (
        "{layer}, channel {channel}, cell {cell}: {count} products {sum} + bias {bias} = {value}"
    ),
    "trace_hidden": "with {count} more, sum {sum}",
    "read_trace": (
        "The framed cell of the last map is made of the framed cells of the maps before it, and in "
        "the end of the framed pixels. Below: each patch times its kernel; all products and the "
        "bias add up to the number. Each next row takes the strongest term apart."
    ),
}
