"""Labels of a traced number in Polish."""

TRACE = {
    "trace_title": "{layer}, kanał {channel}, komórka {cell}: {value}",
    "trace_input": "wejście",
    "trace_map": "{name}\nkanał {channel} z {channels}",
    "trace_box": "wiersze {top} do {bottom}, kolumny {left} do {right}",
    "trace_at_least": "wiersze {top} do {bottom}, kolumny {left} do {right} lub więcej",
    "trace_own": "piksele, 0 do 255\nkanał {channel}",
    "trace_seen": "tak widzi je sieć",
    "trace_patch": "{source}\nkanał {channel}",
    "trace_terms": "{source}\nnajsilniejsze z {count} składników",
    "trace_kernel": "jądro",
    "trace_weights": "wagi",
    "trace_products": "iloczyny, suma {sum}",
    "trace_sum": (
        "{layer}, kanał {channel}, komórka {cell}: "
        "iloczyny ({count}) {sum} + obciążenie {bias} = {value}"
    ),
    "trace_hidden": "i jeszcze {count}, suma {sum}",
    "read_trace": (
        "Zaznaczona komórka ostatniej mapy powstaje z zaznaczonych komórek map przed nią, a w "
        "końcu z zaznaczonych pikseli. Niżej: każdy wycinek razy jego jądro; wszystkie iloczyny i "
        "obciążenie dają razem tę liczbę. Każdy następny wiersz rozkłada najsilniejszy składnik."
    ),
}
