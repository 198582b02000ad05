using QDiff.Cli.Display;
using QDiff.Models.Training;
using Spectre.Console;

namespace QDiff.Cli.Tests.Display;

public class TerminalTests
{
    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(false, "false", "xterm", true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "true", "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, null, "dumb", false)]
    public void CanBeLive_OnlyInATerminalThatSomebodyWatches(bool redirected, string? ci, string term, bool live) =>
        Assert.Equal(live, Terminal.CanBeLive(redirected, name => name == "CI" ? ci : name == "TERM" ? term : null));

    [Fact]
    public void OutConsole_NotLive_WritesNoEscapes()
    {
        using var output = new StringWriter();
        new Terminal(output, output, IsLive: false, IsErrorSeparate: false, Width: 80).OutConsole().MarkupLine("[red]plain[/]");
        Assert.Equal("plain", output.ToString().TrimEnd());
    }

    [Fact]
    public void LiveObserver_ShowsTheStageItsFiguresNotesAndWarnings()
    {
        using StringWriter output = new(), error = new();
        TerminalObserver observer = TerminalObserver.For(new Terminal(output, error, IsLive: true, IsErrorSeparate: false, Width: 120));
        int result = observer.Watch(() =>
        {
            observer.Note("half way");
            observer.Warn("mind the gap");
            observer.Progress(new TrainingProgress("autoencoder", 30, 40, 0.125, 1234, TimeSpan.FromSeconds(9)));
            return 7;
        }, default);
        string shown = output.ToString();
        Assert.Equal(7, result);
        Assert.All((string[])["half way", "mind the gap", "autoencoder", "75%", "loss 0.1250, 1,234 samples/s, 0:09 left", "\e[?25h"],
            text => Assert.Contains(text, shown, StringComparison.Ordinal));
        Assert.Empty(error.ToString());
    }

    [Fact]
    public void LiveObserver_WorkThatFails_LeavesTheCursorVisibleAndTheExceptionAsItIs()
    {
        using var output = new StringWriter();
        TerminalObserver observer = TerminalObserver.For(new Terminal(output, output, IsLive: true, IsErrorSeparate: false, Width: 120));
        Assert.Throws<OperationCanceledException>(() => observer.Watch<int>(() => throw new OperationCanceledException(), default));
        Assert.EndsWith("\e[?25h", output.ToString(), StringComparison.Ordinal);
    }
}
