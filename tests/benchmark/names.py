"""Invented people of many languages: first and last names as they are written, and in plain Latin letters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

Name = tuple[str, str]  # as written, in Latin letters without accents

_WITHOUT_ACCENT: Final = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "ı": "i", "'": ""}
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """The names that people of one language have."""

    first: tuple[Name, ...]
    last: tuple[Name, ...]


# First names, then stems of last names, then their endings; `as written=in Latin letters` where letters are not Latin.
_TABLE: Final = {
    "ar": (
        "محمد=Mohammed أحمد=Ahmed فاطمة=Fatima ليلى=Layla يوسف=Youssef مريم=Maryam عمر=Omar نورة=Noura خالد=Khaled "
        "سارة=Sara حسن=Hassan هدى=Huda",
        "الحربي=Alharbi العتيبي=Alotaibi الخطيب=Alkhatib منصور=Mansour حداد=Haddad النجار=Alnajjar صالح=Saleh "
        "الشامي=Alshami عبدالله=Abdullah القاسم=Alqasim بركات=Barakat زيدان=Zidane",
        "",
    ),
    "cs": (
        "Jiří Tomáš Ondřej Věra Zdeněk Kateřina Šárka Lukáš Barbora Vojtěch Eliška Radek Jitka Matěj",
        "Dvořá Vaně Horá Růži Dole Bene Šime Jirá Koste Maře Sedlá Křižá",
        "k ček ková žal",
    ),
    "da": (
        "Søren Mette Jørgen Astrid Åse Bjørn Kåre Signe Øyvind Ingrid Håkon Freja Rasmus Linnéa Björn Göran",
        "Sør Møll Kjær Jør Ander Lind Østerga Bjørk Dahl Nyga Hede Åke",
        "ensen gaard ström strand ing",
    ),
    "de": (
        "Jürgen Anja Björn Käthe Lukas Sören Ursula Günther Annika Jörg Franziska Matthäus Heike Till Wiebke Özlem",
        "Müll Schröd Weiß Grün Hofmei Bäck Strauß Köhl Vogel Groß Lindem Schäf Kräm Zimm Bergm Wund",
        "er mann inger horst hardt",
    ),
    "el": (
        "Γιώργος=Giorgos Μαρία=Maria Νίκος=Nikos Ελένη=Eleni Δημήτρης=Dimitris Κατερίνα=Katerina Σπύρος=Spyros "
        "Ιωάννα=Ioanna",
        "Παπαδ=Papad Νικολ=Nikol Γεωργι=Georgi Καρα=Kara Αντων=Anton Βασιλ=Vasil",
        "όπουλος=opoulos άκης=akis άδης=adis",
    ),
    "en": (
        "Grace Oliver Amelia Jack Niamh Rhys Siobhán Callum Imogen Declan Zoë Chloë Winston Aisling Dexter Harriet",
        "Ash Black Wood Hart White Brook Clay Thorn Hazel Marsh Stone West North Elder Fair Wake",
        "field ford well ley worth bourne wick son",
    ),
    "es": (
        "José María Álvaro Íñigo Begoña Sofía Andrés Lucía Martín Núria Jesús Inés Ramón Pilar Joaquín Ximena Iván",
        "García Muñoz Peña Ibáñez Núñez Castaño Ordóñez Vega Rincón Solís Márquez Villar Cano Luján",
        "_Ríos _Soler _Bermúdez _Acuña _Mora _Ferrán _Zúñiga _Prieto",
    ),
    "fr": (
        "François Hélène Zoé Benoît Chloé Jérôme Anaïs Gaëlle Thérèse Mathéo Léonie Loïc Maëlys Aurélien Céline Noël",
        "Beau Châte Lefèv Mont Gérau Bois Dela Roch Fontai Marche Pré Sauva",
        "mont lain reau court ville dier",
    ),
    "he": (
        "נועה=Noa דוד=David יעל=Yael אורי=Uri תמר=Tamar איתן=Eitan מיכל=Michal עומר=Omer",
        "כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz אברהם=Avraham שפירא=Shapira גבאי=Gabai אלון=Alon",
        "",
    ),
    "hi": (
        "आरव=Aarav प्रिया=Priya राहुल=Rahul अनन्या=Ananya विक्रम=Vikram नेहा=Neha अर्जुन=Arjun कविता=Kavita रोहन=Rohan "
        "सुनीता=Sunita",
        "शर्मा=Sharma वर्मा=Verma गुप्ता=Gupta सिंह=Singh जोशी=Joshi मिश्रा=Mishra पटेल=Patel देशमुख=Deshmukh "
        "कुलकर्णी=Kulkarni अय्यर=Iyer",
        "",
    ),
    "hu": (
        "Zsófia Bence Ágnes Lőrinc Márton Júlia Győző Réka Szabolcs Csilla Örs Tünde",
        "Szent Kőrös Nagy Ördö Kecske Győr Bánhá Szege Főld Almá",
        "i házi vári falvi",
    ),
    "it": (
        "Niccolò Maria Alessio Giulia Nicolò Chiara Matteo Beatrice Luca Ornella Davide Ilaria Tommaso Noemi Lucìa",
        "Ross Bianch Montan Ferr Gall Bellan Marchet D'Ang Castel Lomba Santo Vival Pelle Terran",
        "ini etti oni ardo ucci",
    ),
    "ja": (
        "陽翔=Haruto さくら=Sakura 大翔=Hiroto 美咲=Misaki 蓮=Ren 結衣=Yui 健太=Kenta 千尋=Chihiro 翔太=Shota 葵=Aoi",
        "田中=Tanaka 佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 渡辺=Watanabe 小林=Kobayashi 松本=Matsumoto 井上=Inoue "
        "山口=Yamaguchi 長谷川=Hasegawa 藤原=Fujiwara 石川=Ishikawa",
        "",
    ),
    "ko": (
        "민준=Minjun 서연=Seoyeon 지훈=Jihoon 하은=Haeun 도윤=Doyun 수빈=Subin 예준=Yejun 지우=Jiwoo 현우=Hyunwoo "
        "유나=Yuna",
        "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon 장=Jang 임=Lim 한=Han 남궁=Namgung",
        "",
    ),
    "pl": (
        "Łukasz Agnieszka Paweł Małgorzata Wojciech Żaneta Grzegorz Bożena Michał Świętosława Jędrzej Zofia Stanisław",
        "Wiśniew Kowal Zieliń Wójcic Dąbrow Łuka Krzyża Śliwiń Jabłoń Źródlo Górec Święto Piątkow",
        "ski ska czyk ewicz",
    ),
    "pt": (
        "João Inês Gonçalo Conceição Tomás Beatriz Simão Lívia André Luísa Caetano Flávia Antônio Íris Cauã",
        "Magalhães Araújo Simões Brandão Gusmão Falcão Nóbrega Leitão Assunção Queirós Sampaio Lobão",
        "_Vieira _Prado _Teles _Peçanha _Galvão _Serrão _Brás",
    ),
    "ro": (
        "Ștefan Ioana Mihăiță Crăița Andrei Ileana Răzvan Anca Dragoș Mălina Cătălin Ruxandra",
        "Pop Ionesc Stănc Văcăr Munt Bălă Crăciun Șerb Țepe Ghiț",
        "escu eanu uleț ariu",
    ),
    "ru": (
        "Иван=Ivan Анна=Anna Дмитрий=Dmitri Екатерина=Ekaterina Сергей=Sergei Ольга=Olga Артём=Artyom Юлия=Yulia "
        "Айгерим=Aigerim Нурлан=Nurlan Щукарь=Shchukar Оксана=Oksana",
        "Соколо=Sokolo Морозо=Morozo Лебеде=Lebede Кузнецо=Kuznetso Жуко=Zhuko Соловьё=Solovyo Воробьё=Vorobyo "
        "Ахмето=Akhmeto Зайце=Zaitse",
        "в=v ва=va вич=vich",
    ),
    "th": (
        "สมชาย=Somchai มาลี=Malee ณัฐพล=Nattapon กมล=Kamon พิมพ์=Pim อรุณ=Arun ดวงใจ=Duangjai วิชัย=Wichai",
        "ศรีสุข=Srisuk ทองดี=Thongdee บุญมา=Boonma แสงทอง=Saengthong จันทร์=Chan ใจดี=Jaidee",
        "",
    ),
    "tr": (
        "Ayşe Çağrı İbrahim Gülşen Işıl Mehmet Özgür Şebnem Tuğba Ümit Yağmur Oğuzhan Dilâra Çiğdem",
        "Yıld Öztü Çelik Şahi Demir Kılı Güne Aydı Koç Doğa",
        "ırım türk oğlu baş",
    ),
    "vi": (
        "Thị_Hương Văn_Đức Minh_Anh Quốc_Bảo Thùy_Linh Hữu_Phước Ngọc_Ánh Đình_Khôi Bích_Ngọc Tuấn_Kiệt",
        "Nguyễn Trần Lê Phạm Huỳnh Vũ Đặng Bùi Đỗ Hồ Ngô Dương",
        "",
    ),
    "zh": (
        "伟=Wei 芳=Fang 秀英=Xiuying 敏=Min 子轩=Zixuan 雨桐=Yutong 浩然=Haoran 梓涵=Zihan 欣怡=Xinyi 建国=Jianguo",
        "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 周=Zhou 欧阳=Ouyang 诸葛=Zhuge 郭=Guo",
        "",
    ),
}


@cache
def tongue(code: str) -> Tongue:
    """The names of a language, every last name made of a stem and an ending."""
    first, stems, endings = (tuple(_name(word) for word in words.split()) for words in _TABLE[code])
    last = tuple((stem + end, latin + plain) for stem, latin in stems for end, plain in endings or (("", ""),))
    return Tongue(first, last)


def mail_name(first: Name, last: Name) -> str:
    """The part of an e-mail address that spells the name."""
    return f"{first[1]}.{last[1]}".replace(" ", "").lower()


def _name(word: str) -> Name:
    written, _, latin = word.replace("_", " ").partition("=")
    written = unicodedata.normalize("NFC", written)
    return written, latin or _plain(written)


def _plain(written: str) -> str:
    apart = unicodedata.normalize("NFD", written.translate(_WITHOUT_ACCENT))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
