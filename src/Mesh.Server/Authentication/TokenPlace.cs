using System.Collections.Immutable;

namespace Mesh.Server.Authentication;

/// <summary>A place of requests where tokens are found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Of the header, parameter or cookie.</param>
/// <param name="Prefix">What stands before the token in a header; empty for nothing.</param>
/// <param name="Providers">Whose tokens are found there.</param>
internal sealed record TokenPlace(TokenPlaceKind Kind, string Name, string Prefix, ImmutableArray<TokenProvider> Providers)
{
    /// <summary>Whether both are one place; the application reads names of all kinds without regard to case, too.</summary>
    public bool IsSame(TokenPlaceKind kind, string name, string prefix) =>
        Kind == kind && Prefix == prefix && Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
