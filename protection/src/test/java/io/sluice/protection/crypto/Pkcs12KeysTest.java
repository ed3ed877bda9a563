package io.sluice.protection.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.Test;

class Pkcs12KeysTest {
    private static final char[] PASSWORD = "a password of tests".toCharArray();

    /** The JVM of the tests is told to use one iteration for its keystores, as the launcher's is: the file is not. */
    @Test
    void entriesAreEncryptedWithTheIterationsOfTheFormatWhateverTheJvmIsTold() throws Exception {
        assertThat(System.getProperty("keystore.pkcs12.keyPbeIterationCount")).isEqualTo("1");
        SecureRandom random = new SecureRandom();
        Pkcs12Keys keys = Pkcs12Keys.empty();
        keys.put("a", SecretBytes.random(32, random), PASSWORD);
        keys.put("b", SecretBytes.random(32, random), PASSWORD);
        byte[] file = keys.toBytes(PASSWORD);

        List<Integer> iterations = new ArrayList<>();
        collect(ASN1Primitive.fromByteArray(file), iterations);

        assertThat(iterations).hasSizeGreaterThanOrEqualTo(2).allMatch(count -> count >= 10_000);
        assertThat(Pkcs12Keys.read(file, PASSWORD).names()).containsExactly("a", "b");
    }

    @Test
    void anEntryIsWrittenAsItWasRead() throws Exception {
        SecureRandom random = new SecureRandom();
        SecretBytes a = SecretBytes.random(32, random);
        SecretBytes b = SecretBytes.random(32, random);
        Pkcs12Keys first = Pkcs12Keys.empty();
        first.put("a", a, PASSWORD);
        first.put("c", SecretBytes.random(32, random), PASSWORD);

        Pkcs12Keys second = Pkcs12Keys.read(first.toBytes(PASSWORD), PASSWORD);
        second.put("b", b, PASSWORD);
        second.remove("c");
        Pkcs12Keys third = Pkcs12Keys.read(second.toBytes(PASSWORD), PASSWORD);

        assertThat(third.names()).containsExactly("a", "b");
        assertThat(third.key("a", PASSWORD)).isEqualTo(a);
        assertThat(third.key("b", PASSWORD)).isEqualTo(b);
        assertThat(third.has("c")).isFalse();
    }

    /** PKCS#12 nests its parts in octet strings: what parses as ASN.1 is looked into. */
    private static void collect(ASN1Encodable node, List<Integer> iterations) {
        if (node instanceof ASN1Sequence sequence) {
            if (sequence.size() == 2 && PKCSObjectIdentifiers.id_PBKDF2.equals(sequence.getObjectAt(0))) {
                iterations.add(PBKDF2Params.getInstance(sequence.getObjectAt(1))
                        .getIterationCount()
                        .intValueExact());
            }
            sequence.forEach(child -> collect(child, iterations));
        } else if (node instanceof ASN1Set set) {
            set.forEach(child -> collect(child, iterations));
        } else if (node instanceof ASN1TaggedObject tagged) {
            collect(tagged.getBaseObject().toASN1Primitive(), iterations);
        } else if (node instanceof ASN1OctetString octets) {
            try (ASN1InputStream in = new ASN1InputStream(octets.getOctets())) {
                ASN1Primitive inner = in.readObject();
                if (inner != null) {
                    collect(inner, iterations);
                }
            } catch (java.io.IOException e) {
                // Ciphertext, not ASN.1.
            }
        }
    }
}
