"""Labels of convolutions in Polish."""

CONV = {
    # what a kernel answers to
    "kernel_top_edge": "krawędzie górne: ciemno u góry, jasno u dołu",
    "kernel_left_edge": "krawędzie lewe: ciemno z lewej, jasno z prawej",
    "kernel_diag1_edge": "krawędzie wznoszące się w prawo: ciemno nad nimi, jasno po przekątnej",
    "kernel_diag2_edge": "krawędzie opadające w prawo: ciemno nad nimi, jasno po przekątnej",
    "kernel_identity": "tylko sam piksel: obraz pozostaje bez zmian",
    "kernel_sharpen": "piksel różny od sąsiadów: różnica jest do niego dodawana",
    "kernel_outline": "każdy piksel różny od ośmiu wokół niego; 0 na jednolitym tle",
    "kernel_emboss": "jasność rosnąca ku prawemu dołowi, dodana do obrazu",
    "kernel_sobel_x": "jasność rosnąca w prawo, wygładzona w pionie",
    "kernel_sobel_y": "jasność rosnąca w dół, wygładzona w poziomie",
    "kernel_prewitt_x": "jasność rosnąca w prawo, średnia z trzech wierszy",
    "kernel_prewitt_y": "jasność rosnąca w dół, średnia z trzech kolumn",
    "kernel_scharr_x": "jasność rosnąca w prawo, prawie jednakowo w każdym kierunku",
    "kernel_scharr_y": "jasność rosnąca w dół, prawie jednakowo w każdym kierunku",
    "kernel_laplacian": "dołki i linie ciemniejsze niż otoczenie; 0 na tle i na równych zboczach",
    "kernel_box_blur": "średnia z kwadratu: drobne szczegóły giną",
    "kernel_gaussian_blur": "średnia ważona, najmocniej środek: szczegóły giną łagodnie",
    "kernel_gabor": "jasne pionowe pasy co cztery piksele",
    # one kernel, pixels and cells
    "picture": "obraz",
    "row": "wiersz",
    "rows": "wiersze",
    "column": "kolumna",
    "columns": "kolumny",
    "patch": "piksele pod jądrem",
    "one_kernel": "jądro splotu",
    "products": "iloczyny",
    "sum": "suma",
    "with_bias": "z wyrazem wolnym {bias}",
    "map": "mapa",
    "map_of": "mapa warstwy {layer}",
    "brightness": "jasność, od 0 do 255",
    "reds": "czerwony",
    "greens": "zielony",
    "blues": "niebieski",
    "more": "... i jeszcze {count}",
    "flat_pixels": "piksele obrazu, wiersz po wierszu",
    "flat_cells": "komórki mapy, wiersz po wierszu",
    "cells": "wiersze {top} do {bottom}, kolumny {left} do {right}: komórek {count}",
    "cells_with_holes": "wiersze {top} do {bottom}, kolumny {left} do {right}: z kropką {count}",
    "behind_picture": "które zaczynałyby się za obrazem",
    "answers": "{rows} x {columns}: {lowest} do {highest}, najmocniej w {row}, {column}",
    "source": "źródło",
    "one_cell": "wiersz {row}, kolumna {column}",
    "no_cells": "żadna komórka",
    "language_code": "pl",
    "play": "odtwórz",
    "place": "miejsce okna",
    "title_pixels": "Piksele",
    "title_equations": "Jedno równanie na każdą komórkę",
    "title_sliding": "Okno przesuwa się po obrazie",
    "read_place": (
        "Każdy piksel w ramce jest mnożony przez wagę z tego samego miejsca jądra, a iloczyny są "
        "dodawane. Czerwony: wartość dodatnia, niebieski: ujemna. Na jednolitym tle jądro krawędzi "
        "daje 0."
    ),
    "read_over": (
        "Jądro staje w każdym miejscu obrazu. To, co leży w ramce, daje jedną komórkę mapy w ramce "
        "tego samego koloru: czerwoną, gdy jest dodatnia, niebieską, gdy ujemna."
    ),
    "read_kernels": (
        "Obok każdego jądra jest mapa, którą tworzy ono z szarego obrazu. Czerwony: jądro "
        "odpowiada; niebieski: leży tam jego przeciwieństwo; biały: 0. Gdzie wagi dają w sumie 1, "
        "mapa jest znów obrazem, szarym. Skale: jasność razy waga; 1 % może leżeć poza nimi."
    ),
    "read_pixels": (
        "Każda liczba to jasność jednego piksela, od 0 do 255; im większa, tym ciemniej "
        "narysowana. To wszystko, co widzi sieć."
    ),
    "read_colour_channels": (
        "Trzy liczby na piksel. Im mocniejsza barwa, tym więcej tego światła: biel ma wszystkie "
        "trzy, czerń żadnego."
    ),
    "read_colour_convolution": (
        "Jedna komórka mapy: jądro ma warstwę dla każdego kanału. Każda jest mnożona przez piksele "
        "pod nią; trzy sumy i wyraz wolny są dodawane."
    ),
    "read_equations": (
        "Każdy wiersz daje jedną komórkę z pikseli pod jądrem. Wagi są w każdym wierszu te same, "
        "zmieniają się tylko piksele. Dopełnienie to 0 i nie daje żadnego składnika."
    ),
    "read_matrix": (
        "Macierz razy spłaszczony obraz daje spłaszczoną mapę. Szary: {zeros} zer, które zerami "
        "pozostają. Jednakowe kolory: jedna waga; {weights} wag stoi w {tied} miejscach. "
        "Splot uczy się {learnt} liczb razem z wyrazami wolnymi, warstwa gęsta uczyłaby się "
        "{dense}."
    ),
    "read_precedents": (
        "Komórka w ramce po prawej zależy od tego, co leży w ramkach, i od niczego więcej. W "
        "stronę pikseli rosną one z każdą warstwą."
    ),
    "read_dependents": (
        "Piksel w ramce po lewej dociera do komórek w ramkach i do żadnych innych. Każdą z nich "
        "może zmienić."
    ),
    "read_sliding": (
        "Pomarańczowe: piksele mnożone przez jądro w tym miejscu i komórka, którą dają. W czarnej "
        "ramce leży obraz, poza nią dopełnienie zerami. Wzory u góry mówią, ile jest miejsc."
    ),
}
