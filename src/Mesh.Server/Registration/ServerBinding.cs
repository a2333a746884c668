using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Registration;

/// <summary>An address that the server really listens on.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Ip">Null when the server listens on every address of the machine.</param>
/// <param name="Port">The port, never 0 once the server has started.</param>
internal sealed record ServerBinding(string Scheme, IPAddress? Ip, int Port)
{
    public bool IsAny => Ip is null;

    public bool IsLoopback => Ip is not null && IPAddress.IsLoopback(Ip);

    /// <summary>Reads an address as the server reports it; null for what other machines cannot call by IP (Unix sockets, pipes).</summary>
    public static ServerBinding? Parse(string address)
    {
        var binding = BindingAddress.Parse(address);
        return binding.IsUnixPipe || binding.IsNamedPipe || binding.Port <= 0
            ? null
            : new ServerBinding(binding.Scheme.ToLowerInvariant(), ReadHost(binding.Host), binding.Port);
    }

    private static IPAddress? ReadHost(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        // Kestrel takes every name that is not an address ("+", "*", a host name) as "any".
        return IPAddress.TryParse(host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any) ? ip : null;
    }
}
