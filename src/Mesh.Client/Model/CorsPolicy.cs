using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Which pages of other origins may read the answers of a route (Envoy's CORS filter); empty texts mean that the header is not sent.</summary>
internal sealed record CorsPolicy
{
    /// <summary>An exact <c>*</c> allows every origin.</summary>
    public ImmutableArray<StringMatch> AllowOrigins { get; init; } = [];

    /// <summary><c>*</c> repeats what the preflight asks for.</summary>
    public string AllowMethods { get; init; } = "";

    /// <inheritdoc cref="AllowMethods"/>
    public string AllowHeaders { get; init; } = "";

    public string ExposeHeaders { get; init; } = "";

    /// <summary>In seconds.</summary>
    public string MaxAge { get; init; } = "";

    public bool AllowCredentials { get; init; }

    public bool AllowPrivateNetworkAccess { get; init; }

    /// <summary>Whether a preflight from an origin that is not allowed goes on to the application; otherwise it is answered without leave.</summary>
    public bool ForwardsUnmatchedPreflights { get; init; } = true;
}
