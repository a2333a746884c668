using System.Globalization;
using System.Net;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>istiod's name of a gateway's listener: <c>ADDRESS_PORT</c>.</summary>
/// <param name="Address">What is bound: <c>0.0.0.0</c> for every address.</param>
/// <param name="Port">Of the workload.</param>
internal readonly record struct GatewayListenerName(string Address, int Port)
{
    public const string AnyAddress = "0.0.0.0";

    /// <summary>Null for any other name.</summary>
    public static GatewayListenerName? Parse(string name)
    {
        var separator = name.LastIndexOf('_');
        return separator > 0
            && IPAddress.TryParse(name.AsSpan(0, separator), out _)
            && ushort.TryParse(name.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
                ? new GatewayListenerName(name[..separator], port)
                : null;
    }

    public static GatewayListenerName Of(GatewayServer server) => new(server.Server.Bind.Length > 0 ? server.Server.Bind : AnyAddress, server.Port);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}_{Port}");
}
