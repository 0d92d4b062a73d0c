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
}
