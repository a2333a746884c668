using System.Globalization;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>The name of a client's listener: <c>host:port</c>, or a host alone.</summary>
/// <param name="Host">As the client wrote it.</param>
/// <param name="Port">Null when the name has none: the first port of the service is meant.</param>
internal readonly record struct ListenerName(string Host, int? Port)
{
    public static ListenerName? Parse(string name)
    {
        var colon = name.LastIndexOf(':');
        if (colon < 0)
        {
            return name.Length > 0 ? new ListenerName(name, null) : null;
        }

        return colon > 0
            && int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535
                ? new ListenerName(name[..colon], port)
                : null;
    }
}
