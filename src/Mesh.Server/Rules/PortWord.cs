using Mesh.Client.Model;

namespace Mesh.Server.Rules;

/// <summary>What holds for a port now.</summary>
/// <param name="Standing">Whether anything was said.</param>
/// <param name="Rules">What was said; null unless <paramref name="Standing"/> is <see cref="PortStanding.Known"/>.</param>
internal readonly record struct PortWord(PortStanding Standing, InboundPort? Rules)
{
    /// <summary>Which connections the port takes.</summary>
    public PeerAuthenticationMode Mode => Rules?.PeerAuthentication ?? PeerAuthenticationMode.Disable;
}
