using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mesh.Client.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Registration;

/// <summary>Who this process is in the mesh; the name is new with every start.</summary>
internal sealed class Workload
{
    private const string NameCharacters = "bcdfghjklmnpqrstvwxz2456789";
    private const int MaxNamePrefix = 50;

    public Workload(IOptions<MeshOptions> options)
    {
        Options = options.Value;
        var version = Options.Labels.TryGetValue("version", out var text) ? "-" + DnsLabel.Make(text, "v") : "";
        var prefix = Options.Service + version;
        Owner = prefix;
        Name = $"{prefix[..Math.Min(prefix.Length, MaxNamePrefix)].TrimEnd('-')}-{RandomNumberGenerator.GetString(NameCharacters, 5)}";
        string[] said = Options.Address is { } address ? address.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        SaidAddress = said.FirstOrDefault(Options.Address);
        AdditionalAddresses = [.. said.Skip(1)];
        Address = SaidAddress ?? FindAddress().ToString();
    }

    public MeshOptions Options { get; }

    /// <summary>Like a deployment's name: service and version, the same with every start.</summary>
    public string Owner { get; }

    /// <summary>Like a pod's name: service, version, and a tail of its own.</summary>
    public string Name { get; }

    /// <summary>Where this process can be reached, as far as it can tell by itself.</summary>
    public string Address { get; }

    /// <summary>What the options say of that; null when they leave it to the process.</summary>
    public string? SaidAddress { get; }

    /// <summary>Where it can be reached besides, as the options say.</summary>
    public ImmutableArray<string> AdditionalAddresses { get; }

    /// <summary>Whether this process takes requests from outside the mesh; settled before it connects.</summary>
    public bool IsGateway { get; set; }

    /// <summary>The xDS node id, in Istio's form.</summary>
    public string NodeId => $"{(IsGateway ? "router" : "sidecar")}~{Address}~{Name}.{Options.Namespace}~{Options.Namespace}.svc.cluster.local";

    private static IPAddress FindAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus is OperationalStatus.Up && network.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily is AddressFamily.InterNetwork)
        ?? IPAddress.Loopback;
}
