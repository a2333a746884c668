using System.Diagnostics;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>A network of its own for the processes of one test, whose loopback loses, one way or both, what goes to a port, or is slow.</summary>
/// <remarks>
/// The routing table of local addresses is moved behind rules of the test: a rule of type blackhole swallows what a running connection sends, and the other side hears nothing, as with a cable pulled out;
/// a new connection is refused by the kernel of whoever opens it.
/// </remarks>
internal sealed class NetworkNamespace : IDisposable
{
    private static int s_last;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Skips, with the reason, where no namespace can be made: without root, without <c>ip</c>, in a container without the capability.</summary>
    public static NetworkNamespace CreateOrSkip()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are Linux'.");
        var name = $"mesh-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}";
        var error = Run("netns", "add", name);
        Assert.SkipWhen(error is not null, $"No network namespace can be made here (ip netns add): {error}");
        var made = new NetworkNamespace(name);
        error = made.RunInside("link", "set", "lo", "up") ?? made.RunInside("rule", "add", "pref", "100", "lookup", "local") ?? made.RunInside("rule", "del", "pref", "0");
        if (error is not null)
        {
            made.Dispose();
            Assert.Skip($"The network namespace cannot be set up: {error}");
        }

        return made;
    }

    /// <summary>What is sent to a port is lost from now on.</summary>
    public void DropTo(int port) => Require(RunInside("rule", "add", "pref", "10", "ipproto", "tcp", "dport", $"{port}", "type", "blackhole"));

    /// <summary>What is sent from a port is lost from now on.</summary>
    public void DropFrom(int port) => Require(RunInside("rule", "add", "pref", "10", "ipproto", "tcp", "sport", $"{port}", "type", "blackhole"));

    /// <summary>Nothing is lost any more.</summary>
    public void Heal()
    {
        while (RunInside("rule", "del", "pref", "10") is null)
        {
        }
    }

    /// <summary>Everything goes through a line of so many bits a second.</summary>
    public void Throttle(string rate) => Require(Run("netns", "exec", Name, "tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "8k", "latency", "2s"));

    /// <summary>New connections come from these ports only: so many at a time to one address and port.</summary>
    public void LimitPorts(int first, int last) => Require(Run("netns", "exec", Name, "sh", "-c", $"echo '{first} {last}' > /proc/sys/net/ipv4/ip_local_port_range"));

    public void Dispose() => Run("netns", "del", Name);

    private static void Require(string? error)
    {
        if (error is not null)
        {
            Assert.Skip($"This kernel does not have what the test needs: {error}");
        }
    }

    private string? RunInside(params string[] arguments) => Run(["netns", "exec", Name, "ip", .. arguments]);

    /// <summary>What went wrong; null when nothing did.</summary>
    private static string? Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim() is { Length: > 0 } text ? text : $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
