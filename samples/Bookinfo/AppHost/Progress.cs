using System.Diagnostics;

namespace Bookinfo.AppHost;

/// <summary>Tells the user what happens, one line a step.</summary>
internal sealed class Progress(TextWriter output)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();

    public void Say(string who, string what) => Write($"{_watch.Elapsed.TotalSeconds,6:0.0} s  {who,-15} {what}");

    /// <summary>A line that a process wrote.</summary>
    public void Echo(string who, string line) => Write($"[{who}] {line}");

    /// <summary>A line that a process wrote, when the user has to know it: the control plane refuses a file, or a client refuses what it was sent.</summary>
    public void EchoTrouble(string who, string line)
    {
        if (who == ControlPlane.Name && (line.StartsWith("warn:", StringComparison.Ordinal) || line.StartsWith("fail:", StringComparison.Ordinal)))
        {
            Echo(who, line);
        }
    }

    public void Fail(string message) => Write("error: " + message);

    private void Write(string line)
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
