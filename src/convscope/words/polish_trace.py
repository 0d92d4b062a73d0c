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
    "trace_kernel": "jądro splotu",
    "trace_weights": "wagi",
    "trace_products": "iloczyny, suma {sum}",
    "trace_sum": (
        "{layer}, kanał {channel}, komórka {cell}: "
        "iloczyny ({count}) {sum} + wyraz wolny {bias} = {value}"
    ),
    "trace_hidden": "i jeszcze {count}, suma {sum}",
    # as text
    "trace_head": (
        'warstwa{number} "{layer}" {type}, kanał {channel}{chosen}, komórka {cell}: {value}'
    ),
    "trace_strongest": " (największy w tej komórce)",
    "trace_depends": "od czego zależy",
    "trace_row": "wiersz {first}",
    "trace_rows": "wiersze {first} do {last}",
    "trace_no_row": "żaden wiersz",
    "trace_column": "kolumna {first}",
    "trace_columns": "kolumny {first} do {last}",
    "trace_no_column": "żadna kolumna",
    "trace_padded": "{where} i dopełnienie",
    "trace_nothing": "od niczego",
    "trace_holes": "{where} z przerwami, komórek {count}",
    "trace_exact": "dokładnie",
    "trace_least": "co najmniej",
    "trace_ends": "tu łańcuch się kończy: {value}",
    "trace_rest": "i jeszcze {count}, suma {sum}",
    "trace_equation": "iloczyny ({count}) {sum} + wyraz wolny {bias} = {value}",
    "trace_largest": "{value}, największa wobec {others}",
    "trace_block": "{source} kanał {channel}, {where}",
    "trace_wide": "iloczyny ({count}), suma {sum}",
    "trace_top": "{source}, najsilniejsze składniki",
    "trace_net": "tak widzi to sieć",
    "trace_maximum": "największa",
    "trace_exponentials": "suma exp(liczba - największa)",
    "trace_gate": "bramka",
    "read_trace": (
        "Zaznaczona komórka ostatniej mapy powstaje z zaznaczonych komórek map przed nią, a w "
        "końcu z zaznaczonych pikseli. Niżej: każdy wycinek razy jego jądro; wszystkie iloczyny i "
        "wyraz wolny dają razem tę liczbę. Każdy następny wiersz rozkłada najsilniejszy składnik."
    ),
}
