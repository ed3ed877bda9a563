package io.sluice.cli.demo;

import java.util.List;
import java.util.SplittableRandom;

/** The invented world: names, streets and towns that could be. No list is of real persons. */
final class Words {
    static final List<String> WOMEN = List.of(
            "Amelia",
            "Beatriz",
            "Chiara",
            "Dagny",
            "Elif",
            "Freya",
            "Greta",
            "Hanna",
            "Ingrid",
            "Jolanda",
            "Katarzyna",
            "Lucía",
            "Maren",
            "Noor",
            "Ottilie",
            "Priya",
            "Renée",
            "Solveig",
            "Tamsin",
            "Yasmin");
    static final List<String> MEN = List.of(
            "Anselm",
            "Björn",
            "Cosimo",
            "Didier",
            "Emre",
            "Fionn",
            "Gaspard",
            "Håkon",
            "Ignacio",
            "Jasper",
            "Kacper",
            "Leander",
            "Matteo",
            "Nikolai",
            "Oluwaseun",
            "Pál",
            "Rafael",
            "Søren",
            "Tariq",
            "Willem");
    static final List<String> FAMILIES = List.of(
            "Abernathy",
            "Brandvold",
            "Castellani",
            "Dubrovnik",
            "Ekström",
            "Fairweather",
            "Grünewald",
            "Halvorsen",
            "Ibarra",
            "Jankowiak",
            "Kestrel",
            "Lindqvist",
            "Montclair",
            "Nakagawa",
            "Okonkwo",
            "Pemberton",
            "Quillfeather",
            "Rosenbaum",
            "Sandoval",
            "Thistlewood",
            "Underhill",
            "Vandermeer",
            "Wetherby",
            "Yilmazer",
            "Zubiria");
    static final List<String> STREETS = List.of(
            "Alder",
            "Beacon",
            "Chestnut",
            "Dogwood",
            "Elderberry",
            "Foxglove",
            "Granite",
            "Hawthorn",
            "Ironbridge",
            "Juniper",
            "Kingfisher",
            "Larkspur",
            "Millrace",
            "Nightingale",
            "Orchard",
            "Quarry",
            "Rowan",
            "Sycamore");

    /** A place of the United States. */
    record AmericanTown(String city, String state, String zip3) {}

    static final List<AmericanTown> TOWNS = List.of(
            new AmericanTown("Boston", "Massachusetts", "021"),
            new AmericanTown("Worcester", "Massachusetts", "016"),
            new AmericanTown("Springfield", "Massachusetts", "011"),
            new AmericanTown("Providence", "Rhode Island", "029"),
            new AmericanTown("Burlington", "Vermont", "054"),
            new AmericanTown("Caribou", "Maine", "047"),
            new AmericanTown("Rutland", "Vermont", "057"),
            new AmericanTown("Hartford", "Connecticut", "061"));

    /** A place of the European Economic Area. */
    record EuropeanTown(String city, String postalCode, String country, String dial) {}

    static final List<EuropeanTown> EUROPE = List.of(
            new EuropeanTown("Hamburg", "20457", "DE", "+49"),
            new EuropeanTown("Leipzig", "04103", "DE", "+49"),
            new EuropeanTown("Lyon", "69003", "FR", "+33"),
            new EuropeanTown("Bergen", "5003", "NO", "+47"),
            new EuropeanTown("Göteborg", "411 03", "SE", "+46"),
            new EuropeanTown("Utrecht", "3511 LX", "NL", "+31"),
            new EuropeanTown("Graz", "8010", "AT", "+43"),
            new EuropeanTown("Valencia", "46002", "ES", "+34"));

    private Words() {}

    static <T> T pick(List<T> items, SplittableRandom random) {
        return items.get(random.nextInt(items.size()));
    }
}
