package io.reliableoutbox.lab.scenario;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What the system's parts say goes to the terminal while the curtain is open, and to a log while a
 * story is told, which says the same in its own words.
 */
final class Curtain extends OutputStream {
  private final OutputStream terminal;
  private final OutputStream log;
  private volatile boolean open = true;

  Curtain(OutputStream terminal, OutputStream log) {
    this.terminal = terminal;
    this.log = log;
  }

  void open(boolean now) {
    open = now;
  }

  @Override
  public void write(int b) throws IOException {
    (open ? terminal : log).write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    (open ? terminal : log).write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    (open ? terminal : log).flush();
  }
}
