using System.Net;

namespace Mesh.Server.Registration;

/// <summary>Decides under which address others can reach this process.</summary>
internal static class AdvertisedAddress
{
    /// <param name="bindings">What the server listens on; not empty.</param>
    /// <param name="configured">The user's word (<c>Mesh:Address</c>) for a server that listens on every address.</param>
    /// <param name="localAddress">The machine's own address as the control plane sees it; asked only when nothing else decides.</param>
    public static async Task<string> ChooseAsync(IReadOnlyList<ServerBinding> bindings, string? configured, Func<Task<IPAddress>> localAddress)
    {
        if (bindings.Any(binding => binding.IsAny))
        {
            return string.IsNullOrWhiteSpace(configured) ? (await localAddress()).ToString() : configured;
        }

        // A real address is reachable from more places than loopback.
        var best = bindings.FirstOrDefault(binding => !binding.IsLoopback) ?? bindings[0];
        return best.Ip!.ToString();
    }

    /// <summary>The bindings that answer at <paramref name="address"/>.</summary>
    public static IEnumerable<ServerBinding> Reachable(IReadOnlyList<ServerBinding> bindings, string address)
    {
        // A name can stand for any of them; one that is behind a port mapping too.
        return IPAddress.TryParse(address, out var ip)
            ? bindings.Where(binding => binding.IsAny || binding.Ip!.Equals(ip))
            : bindings;
    }
}
