using System.Net;

namespace Mesh.Server.Registration;

/// <summary>Decides under which address others can reach this process.</summary>
internal static class AdvertisedAddress
{
    /// <param name="bindings">What the server listens on; not empty.</param>
    /// <param name="configured">The user's word (<c>Mesh:Address</c>): it knows port mappings and names that the process cannot see.</param>
    /// <param name="localAddress">The machine's own address as the control plane sees it; asked only when nothing else decides.</param>
    public static async Task<string> ChooseAsync(IReadOnlyList<ServerBinding> bindings, string? configured, Func<Task<IPAddress>> localAddress)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            return configured;
        }

        if (bindings.Any(binding => binding.IsAny))
        {
            return (await localAddress()).ToString();
        }

        // A real address is reachable from more places than loopback.
        var best = bindings.FirstOrDefault(binding => !binding.IsLoopback) ?? bindings[0];
        return best.Ip!.ToString();
    }

    /// <summary>The bindings that answer at <paramref name="address"/>; all of them when it is not one of the server's own.</summary>
    public static IReadOnlyList<ServerBinding> Reachable(IReadOnlyList<ServerBinding> bindings, string address)
    {
        ServerBinding[] reachable = IPAddress.TryParse(address, out var ip)
            ? [.. bindings.Where(binding => binding.IsAny || binding.Ip!.Equals(ip))]
            : [];
        return reachable.Length > 0 ? reachable : bindings;
    }
}
