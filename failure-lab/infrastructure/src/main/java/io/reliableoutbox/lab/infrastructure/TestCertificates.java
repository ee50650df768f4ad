package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * Certificates for tests of TLS, made by the JDK's keytool and good for a day.
 *
 * @param authority the certificate (PEM) of who signed the server's
 * @param otherAuthority that of somebody who signed nothing here
 * @param server for {@code localhost}, and not for {@code 127.0.0.1}
 */
public record TestCertificates(Path authority, Path otherAuthority, Tls server) {
  private static final String PASSWORD = "changeit";

  public static TestCertificates make() {
    Path folder = Scratch.folder("certificates");
    Path store = folder.resolve("keys.p12");
    generate(store, "authority", "-ext", "bc:critical");
    generate(store, "other", "-ext", "bc:critical");
    generate(store, "server", "-signer", "authority", "-ext", "san=dns:localhost");
    try {
      return export(folder, KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
    } catch (GeneralSecurityException e) {
      throw new InfrastructureException("The certificates can't be read again.", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void generate(Path store, String name, String... more) {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> common =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            name,
            "-dname",
            "CN=" + name,
            "-keyalg",
            "RSA",
            "-validity",
            "1",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    Commands.run(common, List.of(more), environment -> {}, "");
  }

  private static TestCertificates export(Path folder, KeyStore keys)
      throws GeneralSecurityException, IOException {
    byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
    return new TestCertificates(
        certificate(folder, keys, "authority"),
        certificate(folder, keys, "other"),
        new Tls(
            certificate(folder, keys, "server"), pem(folder, "server.key", "PRIVATE KEY", key)));
  }

  private static Path certificate(Path folder, KeyStore keys, String name)
      throws GeneralSecurityException, IOException {
    return pem(folder, name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
  }

  private static Path pem(Path folder, String file, String what, byte[] content)
      throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(what, text));
  }
}
