package io.sluice.cli.check;

import io.sluice.policies.check.Review;
import io.sluice.policies.check.StageResult;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import io.sluice.policies.scenario.Failure;
import io.sluice.policies.scenario.ScenarioResult;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Reports in the XML that JUnit made common, which every build server shows: a suite for each stage with a case for each error, a
 * case for each scenario. Stateless.
 */
public final class JUnitXml {
    private JUnitXml() {}

    /** Writes to a writer, which may fail. */
    @FunctionalInterface
    private interface Content {
        void write(XMLStreamWriter xml) throws XMLStreamException;
    }

    /** The report of {@code policy check}. */
    public static String of(Review review) {
        return document(xml -> {
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "sluice policy check");
            for (StageResult stage : review.stages()) {
                stage(xml, stage);
            }
            xml.writeEndElement();
        });
    }

    /** The report of {@code policy test}. */
    public static String of(List<ScenarioResult> scenarios) {
        return document(xml -> {
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "sluice policy test");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "scenarios");
            xml.writeAttribute("tests", Integer.toString(scenarios.size()));
            xml.writeAttribute(
                    "failures",
                    Long.toString(
                            scenarios.stream().filter(one -> !one.passed()).count()));
            for (ScenarioResult scenario : scenarios) {
                start(xml, scenario.file(), scenario.title());
                if (!scenario.passed()) {
                    failure(
                            xml,
                            scenario.failures().size() + " not as expected",
                            scenario.failures().stream()
                                    .map(Failure::finding)
                                    .map(Finding::text)
                                    .toList());
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndElement();
        });
    }

    /** Writes a report, over one that is there. */
    public static void write(Path file, String report) {
        try {
            Files.writeString(file, report, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The report " + file + " cannot be written", e);
        }
    }

    private static void stage(XMLStreamWriter xml, StageResult stage) throws XMLStreamException {
        long errors = stage.count(Severity.ERROR);
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", stage.stage().word());
        xml.writeAttribute("tests", Long.toString(Math.max(1, errors)));
        xml.writeAttribute("failures", Long.toString(errors));
        xml.writeAttribute("skipped", stage.ran() ? "0" : "1");
        for (Finding finding : stage.findings()) {
            if (finding.severity() == Severity.ERROR) {
                start(xml, stage.stage().word(), finding.place());
                failure(xml, finding.message(), List.of(finding.text()));
                xml.writeEndElement();
            }
        }
        if (errors == 0) {
            start(xml, stage.stage().word(), stage.summary());
            if (!stage.ran()) {
                xml.writeEmptyElement("skipped");
            }
            xml.writeEndElement();
        }
        List<String> others = stage.findings().stream()
                .filter(finding -> finding.severity() != Severity.ERROR)
                .map(Finding::text)
                .toList();
        if (!others.isEmpty()) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(String.join("\n", others)));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void start(XMLStreamWriter xml, String group, String name) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean(group));
        xml.writeAttribute("name", clean(name));
    }

    private static void failure(XMLStreamWriter xml, String message, List<String> lines) throws XMLStreamException {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", clean(message));
        xml.writeCharacters(clean(String.join("\n", lines)));
        xml.writeEndElement();
    }

    /** XML 1.0 has no way to write most control characters. */
    private static String clean(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "\ufffd");
    }

    private static String document(Content content) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            content.write(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("A report cannot be written as XML", e);
        }
        return text + "\n";
    }
}
