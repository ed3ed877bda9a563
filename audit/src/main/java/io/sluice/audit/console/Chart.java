package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.audit.query.Tallies.Flow;
import java.util.ArrayList;
import java.util.List;

/** Small drawings in SVG; colours are those of the style sheet. Stateless. */
final class Chart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 120;
    private static final int SHARE_WIDTH = 200;

    private Chart() {}

    /** Bars of counts, from left to right. @param label what they say, for those who do not see them */
    static Html bars(List<Long> counts, String label) {
        long most = Math.max(1, counts.stream().mapToLong(Long::longValue).max().orElse(1));
        int step = WIDTH / counts.size();
        List<Html> bars = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            int height = (int) Math.ceil((double) counts.get(i) * (HEIGHT - 4) / most);
            bars.add(rect(i * step + 1, HEIGHT - height, step - 2, height, counts.get(i) == 0 ? "zero" : "bar"));
        }
        bars.add(base());
        return svg(WIDTH, HEIGHT + 2, label, bars).is("bars");
    }

    /** Bars of released, withheld and quarantined views, one upon the other, from left to right. */
    static Html stacked(List<Flow> flow, String label) {
        long most = Math.max(1, flow.stream().mapToLong(Flow::views).max().orElse(1));
        int step = WIDTH / flow.size();
        List<Html> bars = new ArrayList<>();
        for (int i = 0; i < flow.size(); i++) {
            Flow one = flow.get(i);
            int top = HEIGHT;
            top = part(bars, i * step, step, top, one.released(), most, "good");
            top = part(bars, i * step, step, top, one.withheld(), most, "held");
            part(bars, i * step, step, top, one.quarantined(), most, "bad");
        }
        bars.add(base());
        return svg(WIDTH, HEIGHT + 2, label, bars).is("bars");
    }

    /** What is not nothing is seen: a pixel at least. */
    private static int part(List<Html> bars, int x, int step, int bottom, long count, long most, String kind) {
        if (count == 0) {
            return bottom;
        }
        int height = Math.max(1, (int) Math.round((double) count * (HEIGHT - 4) / most));
        bars.add(rect(x + 1, bottom - height, step - 2, height, kind));
        return bottom - height;
    }

    private static Html base() {
        return of("line")
                .with("x1", 0)
                .with("x2", WIDTH)
                .with("y1", HEIGHT)
                .with("y2", HEIGHT)
                .is("base");
    }

    /** How something divides into released, withheld and quarantined. */
    static Html shares(long released, long withheld, long quarantined) {
        double all = Math.max(1, released + withheld + quarantined);
        int first = (int) Math.round(released * SHARE_WIDTH / all);
        int second = (int) Math.round(withheld * SHARE_WIDTH / all);
        int third = (int) Math.round(quarantined * SHARE_WIDTH / all);
        return svg(
                        SHARE_WIDTH,
                        10,
                        released + " released, " + withheld + " withheld, " + quarantined + " quarantined",
                        List.of(
                                rect(0, 0, first, 10, "good"),
                                rect(first, 0, second, 10, "held"),
                                rect(first + second, 0, third, 10, "bad")))
                .with("preserveAspectRatio", "none")
                .is("shares");
    }

    /** One bar of a column of them. */
    static Html bar(long count, long most) {
        double share = (double) count / Math.max(1, most);
        int width = count == 0 ? 0 : Math.max(1, (int) Math.round(share * SHARE_WIDTH));
        return svg(
                        SHARE_WIDTH,
                        10,
                        Math.round(share * 100) + " % of the largest",
                        List.of(rect(0, 0, width, 10, "bar")))
                .with("preserveAspectRatio", "none")
                .is("bars");
    }

    private static Html.Element svg(int width, int height, String label, List<Html> content) {
        return of("svg", Html.many(content))
                .with("viewBox", "0 0 " + width + " " + height)
                .with("role", "img")
                .with("aria-label", label);
    }

    private static Html rect(int x, int y, int width, int height, String classes) {
        return of("rect")
                .with("x", x)
                .with("y", y)
                .with("width", width)
                .with("height", height)
                .is(classes);
    }
}
