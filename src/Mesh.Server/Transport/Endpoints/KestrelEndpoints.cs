using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Server.Transport.Endpoints;

/// <summary>Puts a connection middleware before all others on every endpoint of a Kestrel, however and whenever the endpoint is declared.</summary>
/// <remarks>
/// <see cref="KestrelServerOptions.ConfigureEndpointDefaults"/> alone is no guard: whoever calls it last replaces what was there, and endpoints
/// that are already declared in code never see it. Kestrel shows neither in public, hence the accessors, which a trimmed application keeps. A
/// Kestrel without these members stops the start: a port must not be open that the policy cannot close.
/// </remarks>
internal static class KestrelEndpoints
{
    /// <param name="options">Of a server that has not started.</param>
    /// <param name="middleware">Makes the middleware of one endpoint.</param>
    /// <exception cref="NotSupportedException">This version of Kestrel is not known.</exception>
    public static void UseFirst(KestrelServerOptions options, Func<ListenOptions, Func<ConnectionDelegate, ConnectionDelegate>> middleware)
    {
        try
        {
            foreach (var endpoint in DeclaredInCode(options).Concat(DeclaredInConfiguration(options)))
            {
                // The ports of a gateway are guarded by what opens them.
                if (endpoint.EndPoint is not GatewayEndPoint)
                {
                    Middleware(endpoint).Insert(0, middleware(endpoint));
                }
            }

            // For what is declared from here on: by URLs, by configuration, by a reload of it.
            var defaults = Defaults(options);
            options.ConfigureEndpointDefaults(endpoint =>
            {
                if (endpoint.EndPoint is not GatewayEndPoint)
                {
                    endpoint.Use(middleware(endpoint));
                }

                defaults(endpoint);
            });
        }
        catch (MissingMemberException exception)
        {
            throw new NotSupportedException(
                $"expected a Kestrel whose endpoints the mesh can guard (10.0), got {typeof(KestrelServerOptions).Assembly.GetName().Version}; use a version of Mesh.Server for it", exception);
        }
    }

    /// <summary>Whether the application puts TLS of its own on an endpoint; asked when all of its configuration is done.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsTls")]
    public static extern bool HasOwnTls(ListenOptions endpoint);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EndpointDefaults")]
    private static extern Action<ListenOptions> Defaults(KestrelServerOptions options);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_CodeBackedListenOptions")]
    private static extern List<ListenOptions> DeclaredInCode(KestrelServerOptions options);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ConfigurationBackedListenOptions")]
    private static extern List<ListenOptions> DeclaredInConfiguration(KestrelServerOptions options);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_middleware")]
    private static extern ref List<Func<ConnectionDelegate, ConnectionDelegate>> Middleware(ListenOptions endpoint);
}
