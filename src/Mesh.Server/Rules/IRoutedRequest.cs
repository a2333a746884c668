using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rules;

/// <summary>A request whose routes lead on from here, as those of a gateway do; found in its features.</summary>
internal interface IRoutedRequest
{
    /// <summary>Whether any of its routes has a cross-origin policy.</summary>
    bool HasCors { get; }

    /// <summary>The route that it takes; null when none matches.</summary>
    Route? FindRoute(HttpContext context);
}
