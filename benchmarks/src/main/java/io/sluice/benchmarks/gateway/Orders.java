package io.sluice.benchmarks.gateway;

import io.sluice.certs.DevIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Orders of some 660 bytes, each another one, of {@value #CUSTOMERS} customers. Thread-safe. */
final class Orders implements Posts {
    private static final int CUSTOMERS = 10_000;

    private final AtomicLong next = new AtomicLong();

    @Override
    public DevIdentity producer() {
        return DevIdentity.WEBSHOP;
    }

    @Override
    public String path() {
        return "/v1/datasets/orders/events";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String single() {
        return "application/json";
    }

    @Override
    public byte[] lines(int orders) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < orders; i++) {
            lines.append(order(next.getAndIncrement())).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String order(long number) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 4; i++) {
            lines.append(i == 1 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"sku\":\"BK-%d\",\"title\":\"A map of the fjords, part %d\",\"category\":\"books\",\"quantity\":%d,\"price\":19}",
                            number % 1000 + i,
                            i,
                            i));
        }
        return String.format(
                Locale.ROOT,
                "{\"id\":\"order-%d\",\"placedAt\":\"2026-03-01T10:00:00Z\",\"channel\":\"web\",\"currency\":\"EUR\",\"total\":190,"
                        + "\"customer\":{\"id\":\"C-%d\",\"name\":\"Kari Nordmann\",\"email\":\"kari%d@mail.example\",\"address\":"
                        + "{\"street\":\"Storgata %d\",\"city\":\"Oslo\",\"postalCode\":\"0155\",\"country\":\"NO\"}},\"lines\":[%s]}",
                number,
                number % CUSTOMERS,
                number % CUSTOMERS,
                number % 200,
                lines);
    }
}
