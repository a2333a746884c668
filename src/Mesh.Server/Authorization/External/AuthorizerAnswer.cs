using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>What an external authorizer says of a request, and what it wants to be done to it.</summary>
internal sealed record AuthorizerAnswer(bool IsAllowed)
{
    /// <summary>Of the refusal.</summary>
    public int Status { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>Of the refusal.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>For the caller: with the refusal, or with the application's response.</summary>
    public ImmutableArray<HeaderChange> ResponseHeaders { get; init; } = [];

    /// <summary>For the application.</summary>
    public ImmutableArray<HeaderChange> RequestHeaders { get; init; } = [];

    /// <summary>Headers that the application does not get.</summary>
    public ImmutableArray<string> RemovedHeaders { get; init; } = [];
}
