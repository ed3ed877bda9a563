package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * An invented customer of the web shop in the European Economic Area, and their orders. Some orders hold a line of the
 * pharmacy, which says something about health (CJEU C-21/23, Lindenapotheke).
 *
 * @param id the shop's id
 * @param given first name
 * @param family family name
 * @param birthDate date of birth
 * @param street street and number
 * @param town where they live
 * @param phone telephone number
 */
record Customer(
        String id,
        String given,
        String family,
        LocalDate birthDate,
        String street,
        Words.EuropeanTown town,
        String phone) {
    private static final List<String> CHANNELS = List.of("web", "app", "store", "phone");

    private record Product(String sku, String title, String category, double least, double most) {}

    private static final List<Product> PRODUCTS = List.of(
            new Product("BK-1104", "A Field Guide to Clouds", "books", 12, 30),
            new Product("KT-2207", "Enamel kettle", "home", 25, 60),
            new Product("GD-3310", "Heirloom tomato seeds", "garden", 2, 6),
            new Product("TX-4415", "Merino scarf", "clothing", 30, 80),
            new Product("TY-5521", "Wooden train set", "toys", 18, 55));
    private static final List<Product> PHARMACY = List.of(
            new Product("PH-9001", "Ibuprofen 400 mg", "pharmacy", 3, 9),
            new Product("PH-9014", "Insulin pen needles", "pharmacy", 12, 25),
            new Product("PH-9027", "Sertraline 50 mg", "pharmacy", 8, 20));

    static Customer draw(Draw draw) {
        Words.EuropeanTown town = draw.pick(Words.EUROPE);
        return new Customer(
                "C-" + draw.digits(7),
                draw.pick(draw.chance(0.5) ? Words.WOMEN : Words.MEN),
                draw.pick(Words.FAMILIES),
                draw.date(LocalDate.of(1940, 1, 1), LocalDate.of(2007, 12, 31)),
                draw.pick(Words.STREETS) + " " + draw.between(1, 180),
                town,
                town.dial() + " 555 " + draw.digits(6));
    }

    ObjectNode order(Draw draw, Instant now) {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("id", "O-" + draw.digits(9));
        order.put(
                "placedAt",
                now.minus(draw.between(1, 90 * 24), ChronoUnit.HOURS)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        order.put("channel", draw.pick(CHANNELS)).put("currency", "EUR");
        ObjectNode customer = order.putObject("customer");
        customer.put("id", id)
                .put("name", given + " " + family)
                .put("email", Patient.mail(given, family))
                .put("phone", phone)
                .put("birthDate", birthDate.toString());
        customer.putObject("address")
                .put("street", street)
                .put("city", town.city())
                .put("postalCode", town.postalCode())
                .put("country", town.country());
        ArrayNode lines = order.putArray("lines");
        BigDecimal total = BigDecimal.ZERO;
        for (int i = draw.between(1, 3); i > 0; i--) {
            total = total.add(line(lines.addObject(), draw.pick(PRODUCTS), draw));
        }
        if (draw.chance(0.25)) {
            total = total.add(line(lines.addObject(), draw.pick(PHARMACY), draw));
        }
        order.put("total", total);
        if (draw.chance(0.2)) {
            order.put("note", "Please ring at " + family + ", second floor.");
        }
        return order;
    }

    private static BigDecimal line(ObjectNode line, Product product, Draw draw) {
        int quantity = draw.between(1, 3);
        BigDecimal price = draw.decimal(product.least(), product.most(), 2);
        line.put("sku", product.sku())
                .put("title", product.title())
                .put("category", product.category())
                .put("quantity", quantity)
                .put("price", price);
        return price.multiply(BigDecimal.valueOf(quantity));
    }
}
