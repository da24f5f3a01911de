"""Words of which synthetic products are made: kinds of goods that NTT makes, and sentences about them. No real product is meant."""

from __future__ import annotations

from dataclasses import dataclass

Size = tuple[int, str]


@dataclass(frozen=True)
class Kind:
    """One kind of goods: its category, (name, raw material) pairs, what a name may add, sizes, prices from and to (rupiah)."""

    category: str
    goods: tuple[tuple[str, str], ...]
    extras: tuple[str, ...]
    sizes: tuple[Size, ...]
    prices: tuple[int, int]


_FOOD: tuple[Size, ...] = ((100, "g"), (150, "g"), (250, "g"), (500, "g"))
_DRINK: tuple[Size, ...] = ((140, "ml"), (250, "ml"), (500, "ml"), (1, "l"))
_FRESH: tuple[Size, ...] = ((1, "kg"), (5, "kg"), (500, "g"))
_PIECE: tuple[Size, ...] = ((1, "piece"), (2, "piece"), (1, "set"))
_SHEET: tuple[Size, ...] = ((1, "sheet"),)

KINDS: tuple[Kind, ...] = (
    Kind(
        "kopi-teh-kakao",
        (
            ("Kopi Arabika", "biji kopi arabika"),
            ("Kopi Robusta", "biji kopi robusta"),
            ("Teh Daun Kelor", "daun kelor"),
            ("Cokelat Batang", "biji kakao"),
            ("Kopi Jahe", "kopi dan jahe"),
        ),
        ("", "Bubuk", "Sangrai", "Premium", "Madu"),
        _FOOD,
        (20_000, 130_000),
    ),
    Kind(
        "camilan",
        (
            ("Keripik Pisang", "pisang kepok"),
            ("Keripik Ubi Ungu", "ubi jalar ungu"),
            ("Kacang Mete", "jambu mete"),
            ("Jagung Titi", "jagung pulut"),
            ("Kue Rambut", "tepung beras dan gula lontar"),
            ("Stik Kelor", "tepung dan daun kelor"),
        ),
        ("", "Asin", "Manis", "Pedas", "Original", "Renyah"),
        _FOOD,
        (8_000, 95_000),
    ),
    Kind(
        "olahan-ikan",
        (
            ("Abon Ikan Tuna", "ikan tuna"),
            ("Ikan Kering", "ikan tembang"),
            ("Kerupuk Ikan", "ikan tenggiri"),
            ("Dodol Rumput Laut", "rumput laut"),
            ("Sambal Ikan Teri", "ikan teri"),
        ),
        ("", "Pedas", "Original", "Gurih", "Asap"),
        _FOOD,
        (12_000, 90_000),
    ),
    Kind(
        "olahan-daging",
        (("Sei Sapi", "daging sapi"), ("Dendeng Sapi", "daging sapi"), ("Abon Sapi", "daging sapi"), ("Telur Asin", "telur bebek")),
        ("", "Asap", "Manis", "Pedas"),
        _FOOD,
        (25_000, 160_000),
    ),
    Kind(
        "olahan-buah-sayur",
        (
            ("Tepung Sorgum", "sorgum"),
            ("Tepung Kelor", "daun kelor"),
            ("Selai Nanas", "nanas"),
            ("Manisan Pala", "buah pala"),
            ("Beras Jagung", "jagung"),
        ),
        ("", "Halus", "Alami", "Kemasan"),
        _FOOD,
        (10_000, 70_000),
    ),
    Kind(
        "bumbu-garam-gula",
        (
            ("Garam Dapur", "air laut"),
            ("Gula Lempeng Lontar", "nira lontar"),
            ("Gula Semut", "nira aren"),
            ("Sambal Lu'at", "cabai dan kemangi"),
            ("Kunyit Bubuk", "kunyit"),
        ),
        ("", "Halus", "Beryodium", "Pedas", "Asli Desa"),
        _FOOD,
        (6_000, 60_000),
    ),
    Kind(
        "minuman",
        (("Sirup Asam", "buah asam"), ("Sari Kelor", "daun kelor"), ("Jahe Instan", "jahe merah"), ("Sirup Pala", "buah pala")),
        ("", "Segar", "Manis", "Herbal"),
        _DRINK,
        (10_000, 75_000),
    ),
    Kind("minyak-makan", (("Minyak Kelapa", "kelapa"), ("Minyak VCO", "kelapa")), ("", "Murni", "Dapur"), _DRINK, (18_000, 110_000)),
    Kind(
        "buah-sayur",
        (("Jeruk Keprok", "jeruk"), ("Alpukat", "alpukat"), ("Bawang Merah", "bawang merah"), ("Mangga", "mangga")),
        ("", "Segar", "Pilihan", "Kebun"),
        _FRESH,
        (10_000, 60_000),
    ),
    Kind(
        "padi-jagung-umbi",
        (("Beras Merah", "padi merah"), ("Kacang Hijau", "kacang hijau"), ("Jagung Pulut", "jagung"), ("Sorgum", "sorgum")),
        ("", "Organik", "Lokal", "Pilihan"),
        _FRESH,
        (9_000, 45_000),
    ),
    Kind(
        "rempah",
        (("Vanili Kering", "vanili"), ("Cengkeh", "cengkeh"), ("Kemiri Kupas", "kemiri"), ("Lada Putih", "lada")),
        ("", "Kering", "Pilihan"),
        _FRESH,
        (25_000, 400_000),
    ),
    Kind(
        "madu-hasil-hutan",
        (("Madu Hutan", "madu lebah hutan"), ("Asam Jawa", "buah asam"), ("Madu Klanceng", "madu klanceng")),
        ("", "Murni", "Hitam"),
        _DRINK,
        (35_000, 180_000),
    ),
    Kind(
        "tenun",
        (("Tenun Ikat", "benang kapas"), ("Kain Songket", "benang katun"), ("Selendang Tenun", "benang kapas"), ("Sarung Tenun", "benang")),
        ("", "Pewarna Alam", "Motif Kuda", "Motif Bunga", "Motif Kaif", "Motif Naga", "Halus"),
        _SHEET,
        (150_000, 2_500_000),
    ),
    Kind(
        "busana",
        (("Tas Tenun", "kain tenun"), ("Kemeja Tenun", "kain tenun"), ("Topi Ti'i Langga", "daun lontar"), ("Syal Tenun", "kain tenun")),
        ("", "Pria", "Wanita", "Anak"),
        _PIECE,
        (75_000, 900_000),
    ),
    Kind(
        "anyaman",
        (("Tikar Pandan", "daun pandan"), ("Bakul Lontar", "daun lontar"), ("Keranjang Bambu", "bambu"), ("Sandal Anyam", "daun lontar")),
        ("", "Besar", "Kecil", "Warna"),
        _PIECE,
        (20_000, 250_000),
    ),
    Kind(
        "kayu-bambu",
        (("Kursi Bambu", "bambu"), ("Sasando Mini", "daun lontar dan bambu"), ("Mangkuk Batok", "batok kelapa"), ("Ukiran Kayu", "kayu")),
        ("", "Ukir", "Halus"),
        _PIECE,
        (25_000, 1_500_000),
    ),
    Kind(
        "tanah-logam",
        (("Periuk Tanah", "tanah liat"), ("Parang Tempa", "besi"), ("Gelang Manik", "manik-manik")),
        ("", "Besar", "Kecil"),
        _PIECE,
        (20_000, 450_000),
    ),
    Kind(
        "kosmetik-sabun",
        (("Sabun Kelor", "daun kelor"), ("Lulur Kemiri", "kemiri"), ("Minyak Rambut Kemiri", "kemiri"), ("Sabun Cair", "minyak kelapa")),
        ("", "Herbal", "Alami", "Wangi"),
        _DRINK,
        (15_000, 90_000),
    ),
    Kind(
        "minyak-atsiri",
        (("Minyak Cendana", "kayu cendana"), ("Minyak Kayu Putih", "daun kayu putih"), ("Minyak Sereh", "sereh wangi")),
        ("", "Murni", "Gosok"),
        _DRINK,
        (25_000, 350_000),
    ),
    Kind("jamu-herbal", (("Jamu Kunyit", "kunyit"), ("Kapsul Kelor", "daun kelor")), ("", "Asam", "Herbal"), _PIECE, (20_000, 120_000)),
    Kind(
        "alat-teknologi",
        (("Kompor Biomassa", "pelat besi"), ("Pengering Surya", "besi dan kaca"), ("Mesin Pipil Jagung", "besi"), ("Pompa Air", "besi")),
        ("", "Portabel", "Hemat", "Rakitan Siswa"),
        _PIECE,
        (250_000, 7_500_000),
    ),
    Kind(
        "karya-digital",
        (("Aplikasi Desa", ""), ("Video Profil", ""), ("Desain Kemasan", "")),
        ("", "Siswa", "Lokal"),
        _PIECE,
        (100_000, 5_000_000),
    ),
    Kind("buku-cetak", (("Buku Cerita Rakyat", "kertas"), ("Kalender Tenun", "kertas")), ("", "Bergambar"), _PIECE, (25_000, 150_000)),
    Kind(
        "pupuk-pertanian",
        (("Pupuk Organik", "kotoran ternak"), ("Bibit Kopi", "biji kopi"), ("Kompos", "daun dan sekam"), ("Pakan Ternak", "jagung")),
        ("", "Cair", "Padat", "Unggul"),
        _FRESH,
        (10_000, 85_000),
    ),
    Kind(
        "wisata",
        (("Paket Wisata Budaya", ""), ("Wisata Kampung Adat", "")),
        ("", "Satu Hari", "Keluarga"),
        ((1, "visit"),),
        (25_000, 500_000),
    ),
    Kind(
        "jasa",
        (("Jasa Jahit", ""), ("Jasa Perbengkelan", ""), ("Katering", "")),
        ("", "Siswa", "Lokal"),
        ((1, "visit"),),
        (20_000, 750_000),
    ),
)

# How often a category is drawn for a pillar, where it is not 2.
WEIGHTS: dict[str, dict[str, int]] = {
    "ovop": {
        "kopi-teh-kakao": 6,
        "tenun": 8,
        "camilan": 6,
        "bumbu-garam-gula": 4,
        "karya-digital": 0,
        "alat-teknologi": 1,
        "buku-cetak": 0,
    },
    "osop": {"alat-teknologi": 8, "karya-digital": 6, "busana": 5, "jasa": 5, "camilan": 5, "wisata": 0, "buku-cetak": 4},
    "ocop": {"tenun": 6, "anyaman": 5, "kosmetik-sabun": 4, "pupuk-pertanian": 4, "camilan": 5, "karya-digital": 1},
}

SUMMARIES = (
    "{name} dibuat oleh {maker} dari {raw}. Dikerjakan sedikit demi sedikit agar mutunya tetap.",
    "Ini {name} buatan {maker}. Bahannya {raw} dari kebun sekitar {place}.",
    "{name} dari {place}. Bahan utamanya {raw} dan dikemas rapi.",
    "{maker} membuat {name} sejak beberapa tahun. Dijual di pasar dan atas pesanan.",
    "Buatan tangan warga {place}. {name} ini memakai {raw} pilihan.",
)

STORIES = (
    "Usaha ini mulai dari dapur satu keluarga, lalu tetangga ikut belajar.",
    "Setiap pagi bahan dibersihkan, dipilih, dan ditimbang sebelum dikerjakan.",
    "Dulu {raw} dijual mentah kepada pengumpul; sekarang diolah di {place}.",
    "Anggota {maker} bekerja bergiliran menurut musim tanam.",
    "Cara membuatnya diturunkan dari orang tua dan tidak banyak berubah.",
    "Hasil penjualan dipakai untuk sekolah anak dan perbaikan rumah produksi.",
    "Pada musim hujan pengeringan lebih lama, jadi pesanan sebaiknya dikirim lebih awal.",
    "Kemasan dibuat kedap udara supaya tahan sampai enam bulan.",
    "Pembeli datang dari kota kabupaten, kapal, dan kios di bandara.",
    "Limbahnya dijadikan pakan ternak dan kompos.",
    "Kelompok ini mengikuti pelatihan kemasan dan pencatatan uang.",
    "Warna dan rasanya tetap karena takaran ditulis dan diikuti bersama.",
    "Sebagian hasil dibawa ke pameran dan pasar mingguan.",
    "Kami senang bila pembeli menulis kesan dan saran.",
)

MAKERS = ("Kelompok Tani", "Kelompok Wanita", "Kelompok Usaha", "KUB", "Kelompok Karya", "UD", "BUM Desa")
MAKER_NAMES = (
    "Maju Bersama",
    "Harapan Baru",
    "Sinar Pagi",
    "Tunas Muda",
    "Karya Mandiri",
    "Mekar Sari",
    "Sehati",
    "Bina Usaha",
    "Setia Kawan",
)
COMMUNITIES = (
    ("church", "Kelompok Diakonia"),
    ("youth", "Karang Taruna"),
    ("women", "Kelompok Ibu"),
    ("fishers", "Kelompok Nelayan"),
    ("farmers", "Gabungan Tani"),
    ("hobby", "Komunitas Kreatif"),
)
ALT_WORDS = {"product": "Foto {name}", "pack": "Kemasan {name}", "process": "Cara membuat {name}", "maker": "Pembuat {name}"}
