package io.reliableoutbox.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailCaptureTest {
  private final MailCapture capture = new MailCapture();

  @AfterEach
  void close() {
    capture.close();
  }

  @Test
  void mails_are_counted_by_their_message_id_also_where_the_header_is_folded() throws IOException {
    try (var client = new Client(capture.port())) {
      client.send("Message-ID: <1>\r\nSubject: first\r\n\r\nMessage-ID: <none>\r\n");
      client.send("message-id:\r\n <2@somewhere>\r\nSubject: second\r\n\r\nhello\r\n");
      client.send("Message-ID: <1>\r\nSubject: first\r\n\r\nagain\r\n");
    }
    assertThat(capture.messageIds()).containsExactlyInAnyOrder("<1>", "<2@somewhere>");
    assertThat(capture.counts()).isEqualTo(new MailCapture.Counts(3, 2, "first"));
    assertThat(capture.counts().repeated()).isEqualTo(1);
  }

  @Test
  void a_mail_whose_sender_dies_before_its_end_was_not_sent() throws IOException {
    try (var client = new Client(capture.port())) {
      client.ask("DATA", "354");
      client.write("Message-ID: <1>\r\n\r\nhal");
    }
    try (var client = new Client(capture.port())) {
      client.send("Message-ID: <2>\r\n\r\nwhole\r\n");
    }
    await().until(() -> capture.counts().received() > 0);
    assertThat(capture.messageIds()).containsExactly("<2>");
  }

  /** As a mail program would, word by word. */
  private record Client(Socket socket, BufferedReader in) implements AutoCloseable {
    Client(int port) throws IOException {
      this(new Socket(InetAddress.getLoopbackAddress(), port));
      answer("220");
      ask("EHLO test", "250");
    }

    private Client(Socket socket) throws IOException {
      this(
          socket,
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
    }

    void send(String mail) throws IOException {
      ask("MAIL FROM:<a@b>", "250");
      ask("RCPT TO:<c@d>", "250");
      ask("DATA", "354");
      ask(mail + ".", "250");
    }

    void ask(String command, String answer) throws IOException {
      write(command + "\r\n");
      answer(answer);
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void answer(String code) throws IOException {
      assertThat(in.readLine()).startsWith(code);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
