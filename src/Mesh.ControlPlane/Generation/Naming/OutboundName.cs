using System.Globalization;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>istiod's name of a route configuration, cluster or load assignment: <c>outbound|port|subset|host</c>.</summary>
internal readonly record struct OutboundName(int Port, string Subset, string Host)
{
    /// <summary>Istio's name of the cluster that has no endpoints, for what must fail.</summary>
    public const string BlackHole = "BlackHoleCluster";

    private const string Direction = "outbound";

    public static OutboundName? Parse(string name)
    {
        Span<Range> parts = stackalloc Range[5];
        var text = name.AsSpan();
        return text.Split(parts, '|') == 4
            && text[parts[0]].SequenceEqual(Direction)
            && int.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535
            && !text[parts[3]].IsEmpty
                ? new OutboundName(port, text[parts[2]].ToString(), text[parts[3]].ToString())
                : null;
    }

    /// <summary>The host of a name, without making a string of it; empty when it is no such name.</summary>
    public static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> name)
    {
        Span<Range> parts = stackalloc Range[5];
        return name.Split(parts, '|') == 4 && name[parts[0]].SequenceEqual(Direction) ? name[parts[3]] : [];
    }

    /// <summary>Reads the form of <see cref="ServerName"/>.</summary>
    public static OutboundName? ParseServerName(string name) =>
        name.Split("_.", 4) is [Direction, var port, var subset, { Length: > 0 } host]
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 65535
            ? new OutboundName(number, subset, host)
            : null;

    /// <summary>istiod's server name for connections to it, by which gateways route mutual TLS without opening it: <c>outbound_.port_.subset_.host</c>.</summary>
    public string ServerName => string.Create(CultureInfo.InvariantCulture, $"{Direction}_.{Port}_.{Subset}_.{Host}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Direction}|{Port}|{Subset}|{Host}");
}
