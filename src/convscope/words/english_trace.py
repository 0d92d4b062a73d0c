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
    # as text
    "trace_head": 'layer{number} "{layer}" {type}, channel {channel}{chosen}, cell {cell}: {value}',
    "trace_strongest": " (the largest at this cell)",
    "trace_depends": "what it depends on",
    "trace_row": "row {first}",
    "trace_rows": "rows {first} to {last}",
    "trace_no_row": "no row",
    "trace_column": "column {first}",
    "trace_columns": "columns {first} to {last}",
    "trace_no_column": "no column",
    "trace_padded": "{where} and padding",
    "trace_nothing": "nothing",
    "trace_holes": "{where} with holes, {count} cells",
    "trace_exact": "exact",
    "trace_least": "at least",
    "trace_ends": "the chain ends here: {value}",
    "trace_rest": "{count} more, sum {sum}",
    "trace_equation": "{count} products {sum} + bias {bias} = {value}",
    "trace_largest": "{value}, largest against {others}",
    "trace_block": "{source} channel {channel}, {where}",
    "trace_wide": "{count} products, sum {sum}",
    "trace_top": "{source}, the strongest terms",
    "trace_net": "as the net sees it",
    "trace_maximum": "largest",
    "trace_exponentials": "sum of exp(number - largest)",
    "trace_gate": "gate",
    "read_trace": (
        "The framed cell of the last map is made of the framed cells of the maps before it, and in "
        "the end of the framed pixels. Below: each patch times its kernel; all products and the "
        "bias add up to the number. Each next row takes the strongest term apart."
    ),
}
