package io.reliableoutbox.lab.system;

/** An app that somebody else started; it can be looked at and no more. */
public record RemoteApp(String name, String url) implements Component {
  @Override
  public String state() {
    return Probe.ready(url) ? "up" : "down";
  }

  @Override
  public long pid() {
    return 0;
  }

  @Override
  public boolean controllable() {
    return false;
  }

  @Override
  public void kill() {
    throw new UnsupportedOperationException(name + " was not started by this lab");
  }

  @Override
  public void stop() {
    kill();
  }

  @Override
  public void start() {
    kill();
  }

  @Override
  public void freeze() {
    kill();
  }

  @Override
  public void thaw() {
    kill();
  }
}
