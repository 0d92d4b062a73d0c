"""What is said in Polish about the chapter's ladder of experiments."""

CHAPTER = {
    # the table
    "ladder_step": "etap",
    "ladder_batch": "partia",
    "ladder_lr": "wsp. ucz.",
    "ladder_schedule": "plan",
    "ladder_epochs": "epoki",
    "ladder_net": "sieć",
    "ladder_train_loss": "str. tren.",
    "ladder_valid_loss": "str. walid.",
    "ladder_accuracy": "dokładność",
    "ladder_book": "w druku",
    "ladder_band": "oczekiwana",
    "ladder_expected": "ma być",
    "ladder_held": "zgodne",
    "ladder_yes": "tak",
    "ladder_no": "NIE",
    "ladder_constant": "stały",
    "ladder_plain": "zwykła",
    "ladder_sample": "3 czy 7",
    "ladder_digits": "dołączone cyfry",
    "ladder_below": "mediana poniżej {value}",
    "ladder_at_least": "mediana co najmniej {value}",
    "ladder_some_below": "z 5 ziaren jedno poniżej {value}, mediana poniżej C",
    # around the table
    "ladder_title": "Drabina eksperymentów z rozdziału",
    "ladder_learns_from": "nauka na danych: {data}; obrazów do nauki {train}, do oceny {valid}",
    "ladder_more_epochs": (
        "nie ma pod ręką MNIST: {factor} epok zastępuje jedną epokę książki, aby kroków było "
        "mniej więcej tyle samo; oczekiwania zmierzono na tych cyfrach"
    ),
    "ladder_fitted": "{step}, ziarno {seed}: dokładność {accuracy} (w książce {book}), {time}",
    "ladder_spread": "z {count} ziaren mediana, a pod nią wartość najmniejsza i największa",
    "ladder_so_far": "przerwano; dotychczasowe wyniki:",
    "ladder_nothing": "przerwano przed końcem pierwszego etapu",
    "ladder_took": "wszystkie etapy trwały {time} ({processor} czasu procesora)",
    "ladder_page": "strona: {file}",
    "ladder_under_way": "{step}, ziarno {seed}",
    # the page
    "page_lead": (
        "Sieć, która niczego się nie uczy, i to, co sprawia, że się uczy: eksperymenty z "
        "rozdziału 13 książki „Deep learning dla programistów”, przeprowadzone tutaj, obok liczb "
        "wydrukowanych w książce."
    ),
    "page_data": "Dane: {data}.",
    "page_seeds": "Ziarna: {seeds}. Wykresy wnętrza: ziarno {watched}.",
    "page_all_steps": "Wszystkie etapy",
    "page_table_caption": (
        "Każdy etap obok wyników książki. Przy kilku ziarnach: mediana oraz zakres od wartości "
        "najmniejszej do największej."
    ),
    "page_range": "od {low} do {high}",
    "page_ours": "tutaj",
    "page_book": "książka",
    "page_measure": "wielkość",
    "page_changed": "Co zmieniono",
    "page_why": "Co to dało i dlaczego",
    "page_result": "Co wyszło tutaj",
    "page_contents": "Spis treści",
    "page_skip": "Przejdź do treści",
    "page_made": "Utworzono programem convscope {version}.",
    "page_row_caption": "Etap {step}, tutaj i w książce",
    "page_held": "Zgodnie z oczekiwaniem: {band}.",
    "page_not_held": (
        "Niezgodnie z oczekiwaniem: {band}. Powyższe wyjaśnienie należy traktować ostrożnie."
    ),
    "page_not_judged": "Oczekiwanie: {band}. Do oceny trzeba 5 ziaren (tutaj: {count}): --seeds 5.",
    "page_within": "Dokładność podana w książce, {book}, mieści się w zakresie wyników ziaren.",
    "page_above": "Dokładność jest o {difference} wyższa niż w książce ({book}).",
    "page_under": "Dokładność jest o {difference} niższa niż w książce ({book}).",
    "page_equal": "Dokładność jest taka jak w książce, {book}.",
    "page_other_data": (
        "Liczby w książce dotyczą całego zbioru MNIST, można więc porównywać kolejność etapów, a "
        "nie pojedyncze dokładności."
    ),
    "page_silent": (
        "Sieci, które każdemu obrazowi dają tę samą odpowiedź: {silent} z {count}. Dokładność "
        "takiej sieci to udział jednej z cyfr; w książce 0.1135, czyli udział jedynek."
    ),
    "page_learnt_anyway": (
        "W książce ten etap kończy się niepowodzeniem. Tutaj sieć nauczyła się przy {learnt} z "
        "{count} ziaren: to, czy przetrwa pierwsze kroki, jest kwestią przypadku."
    ),
    "page_stats_alt": (
        "Średnia, odchylenie standardowe i udziały wyjść przedostatniego splotu ({layer}) krok po "
        "kroku. Odchylenie zaczyna od {first}, osiąga najwięcej, {peak}, w kroku {at} i kończy "
        "na {last}. ReLU zatrzymuje na końcu {blocked} wyjść."
    ),
    "page_color_alt": (
        "Histogramy tych samych wyjść jako kolory, kolumna na krok, kroków: {steps}; niemal "
        "wszystkie wartości leżą między {low} a {high}."
    ),
    "page_stats_caption": (
        "Etap {step}, przedostatni splot, przed normalizacją i ReLU: odchylenie najpierw {first}, "
        "najwyżej {peak} (krok {at}), na końcu {last}; ReLU zatrzymuje na końcu {blocked} jego "
        "wyjść, blisko zera jest {near}."
    ),
    "page_color_caption": "Etap {step}: te same wyjścia jako barwny wymiar.",
    "page_no_network": "Ta strona to jeden plik; niczego nie pobiera z sieci.",
    # step by step
    "A_title": "Małe partie przy wysokim, stałym współczynniku uczenia",
    "A_changed": (
        "Punkt wyjścia: pięć splotów z krokiem 2, po każdym oprócz ostatniego ReLU. Partie po 64 "
        "obrazy i współczynnik uczenia 0.06 od pierwszego do ostatniego kroku."
    ),
    "A_why": (
        "Pierwsze kroki przy takim współczynniku odrzucają wagi tak daleko, że prawie wszystko "
        "przed ReLU staje się ujemne. To, co ReLU zatrzyma, nie odsyła gradientu, więc nic nie "
        "może ożywić sieci: odtąd każdemu obrazowi daje tę samą odpowiedź. Na wykresach widać "
        "wybuch przy lewej krawędzi, a za nim płaską linię."
    ),
    "B_title": "Większe partie",
    "B_changed": "Partie po 512 obrazów zamiast 64. Reszta jak w A.",
    "B_why": (
        "Gradient większej partii to średnia z większej liczby obrazów, pewniej więc wskazuje "
        "drogę w dół; za to kroków jest mniej. To nie wystarcza: przy losowych wagach "
        "współczynnik jest za wysoki od pierwszego kroku i od ziarna zależy, czy sieć to "
        "przetrwa. Jedno ziarno mówi o tym etapie niewiele."
    ),
    "C_title": "Trening 1cycle",
    "C_changed": (
        "Współczynnik uczenia rośnie z 0.0024 do 0.06 przez pierwszą ćwiartkę kroków, potem spada "
        "prawie do zera; moment zmienia się przeciwnie. Reszta jak w B."
    ),
    "C_why": (
        "Dopóki wagi są losowe, kroki są małe i niczego nie psują. Na pewniejszym gruncie są "
        "duże: nauka jest szybka i omija wąskie doliny, które nie sprawdziłyby się na nowych "
        "obrazach. Na końcu znów są małe i sieć się uspokaja. Przyjrzyj się jednak pierwszym "
        "partiom: wyjścia mogą jeszcze kilka razy urosnąć i się zapaść, zanim się rozłożą. To "
        "rozdział nazywa złym treningiem; część sieci mogła przy tym obumrzeć."
    ),
    "D_title": "Normalizacja partii",
    "D_changed": "BatchNorm po każdym splocie. Reszta jak w C.",
    "D_why": (
        "Każdy kanał jest sprowadzany do średniej 0 i odchylenia 1 w partii, a potem skalowany i "
        "przesuwany o dwie wyuczone liczby. Cokolwiek robią wcześniejsze warstwy, następna widzi "
        "wartości tej samej wielkości: nic nie wybucha i nic się nie zapada, a wykresy są gładkie "
        "od pierwszej partii. Obraz jest za każdym razem normalizowany razem z innymi, jest więc "
        "i trochę szumu: to jedno z wyjaśnień, dlaczego takie sieci lepiej radzą sobie z nowymi "
        "obrazami."
    ),
    "E_title": "Wyższy współczynnik, dłuższa nauka",
    "E_changed": (
        "Najwyższy współczynnik uczenia 0.1 zamiast 0.06 i pięć razy więcej epok. Reszta jak w D."
    ),
    "E_why": (
        "Znormalizowane warstwy znoszą wyższy współczynnik, a dłuższy cykl ma czas go "
        "wykorzystać. Porównaj obie straty: treningowa kończy teraz poniżej walidacyjnej. Sieć "
        "zaczyna uczyć się obrazów treningowych na pamięć."
    ),
    "S_title": "Obok drabiny: to 3 czy 7?",
    "S_changed": (
        "Pierwsza sieć rozdziału: pięć splotów, 6722 parametry, dwie klasy. Partie po 64, "
        "najwyższy współczynnik uczenia 0.01, 1cycle przez dwie epoki."
    ),
    "S_why": (
        "Dwie różne klasy, mała sieć i umiarkowany współczynnik uczenia: nic się nie psuje, i to "
        "bez żadnej normalizacji. Etap A ma dziesięć klas i od pierwszego kroku sześć razy wyższy "
        "współczynnik."
    ),
}
