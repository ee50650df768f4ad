package io.reliableoutbox.lab.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * What an SMTP server says to one client (RFC 5321), with everything accepted and nothing
 * delivered: all that the lab wants of a mail are its Message-ID and its subject.
 */
record SmtpDialogue(Socket socket, BiConsumer<String, String> received) implements Runnable {
  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      say("220 lab");
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        var command = line.strip().toUpperCase(Locale.ROOT);
        if (command.equals("QUIT")) {
          say("221 bye");
          return;
        }
        if (command.equals("DATA")) {
          say("354 go on");
          read(in);
        }
        say("250 ok");
      }
    } catch (IOException e) {
      // The client is gone; a mail that it did not finish was not sent.
    }
  }

  /** Up to the dot; what is before the first empty line are headers, folded or not. */
  private void read(BufferedReader in) throws IOException {
    var headers = new StringBuilder();
    boolean body = false;
    for (var line = in.readLine(); !".".equals(line); line = in.readLine()) {
      if (line == null) {
        throw new IOException("an unfinished mail");
      }
      body |= line.isEmpty();
      if (!body) {
        headers.append(line.startsWith(" ") || line.startsWith("\t") ? "" : "\n").append(line);
      }
    }
    received.accept(header(headers, "message-id:"), header(headers, "subject:"));
  }

  private static String header(CharSequence headers, String name) {
    return headers
        .toString()
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElse("none");
  }

  private void say(String answer) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
