using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using Mesh.Benchmarks.Load;
using Mesh.Client.Model;

namespace Mesh.Benchmarks.MutualTls;

/// <summary>Compares what mutual TLS costs with and without the mesh, in either version of HTTP, beside plaintext without a mesh; on warm connections or on a new one a request.</summary>
internal static class MutualTlsRig
{
    private static readonly Version[] Versions = [HttpVersion.Version11, HttpVersion.Version20];

    public static async Task<int> RunAsync(string ports, string serverId, LoadOptions options, bool isNewConnections)
    {
        var numbers = ports.Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        using var server = Process.GetProcessById(int.Parse(serverId, CultureInfo.InvariantCulture));
        var authority = new Authority("server", numbers[1]);
        await using var mesh = new HandMadeMesh(Destination(authority, numbers[1], isNewConnections), new BenchmarkIdentity());
        var plain = new Uri($"http://127.0.0.1:{numbers[0]}/reviews/0");
        var secured = new Uri($"https://127.0.0.1:{numbers[1]}/reviews/0");
        LoadVariant[] variants =
        [
            new(MutualTlsReport.Plain, Handler(isNewConnections), plain),
            new(MutualTlsReport.Twin, Handler(isNewConnections), plain),
            .. Versions.Select(version => new LoadVariant(MutualTlsReport.OverTls(version), SecuredHandler(isNewConnections, resumes: true), secured, version)),
            new(MutualTlsReport.WithoutResumption, SecuredHandler(isNewConnections, resumes: false), secured),
            new(MutualTlsReport.Mesh, mesh.CreateHandler(), new Uri($"http://server:{numbers[1]}/reviews/0")),
        ];
        try
        {
            LoadReport.WriteConditions(options, server);
            var rounds = await LoadRig.MeasureAsync(variants, server, options);
            MutualTlsReport.Write([.. variants.Select(variant => variant.Name)], rounds);
            return 0;
        }
        finally
        {
            Array.ForEach(variants, variant => variant.Dispose());
        }
    }

    // As the mesh makes its connections: without redirects, cookies and proxy.
    private static SocketsHttpHandler Handler(bool isNewConnections) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = isNewConnections ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
    };

    private static SocketsHttpHandler SecuredHandler(bool isNewConnections, bool resumes)
    {
        var handler = Handler(isNewConnections);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = BenchmarkCertificates.ClientContext,
            RemoteCertificateValidationCallback = (_, leaf, _, _) => leaf is not null,
            AllowTlsResume = resumes,
        };
        return handler;
    }

    private static Destination Destination(Authority authority, int port, bool isNewConnections)
    {
        var own = CertificateProviderReference.OwnIdentity;
        var cluster = new Cluster
        {
            Name = "server",
            Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [new Endpoint(new EndpointAddress("127.0.0.1", port), 1, EndpointHealth.Healthy)])]),
            Policy = new ClusterPolicy
            {
                LoadBalancing = new LoadBalancingPolicy(LoadBalancingKind.LeastRequest),
                Connection = new ConnectionPolicy { MaxDuration = isNewConnections ? TimeSpan.Zero : null },
                Security = new TlsPolicy
                {
                    Sni = $"outbound_.{port}_._.server",
                    Identity = new TlsIdentity { Provider = new CertificateProviderReference(own, own) },
                    Trust = new TlsTrust { Provider = new CertificateProviderReference(own, "ROOTCA") },
                    SubjectAltNames = [new SubjectAltNameMatch(null, new StringMatch(StringMatchKind.Exact, BenchmarkCertificates.Server, IgnoreCase: false))],
                },
            },
        };
        return new Destination
        {
            Authority = authority,
            Status = DestinationStatus.Routed,
            VirtualHost = HandMadeDestination.Routes(authority.Host),
            Clusters = new[] { "v1", "v2" }.ToFrozenDictionary(name => name, name => cluster with { Name = name }),
        };
    }
}
