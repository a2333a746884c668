using System.Net;
using Mesh.Client.Model;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks the options at start and tells all that is wrong at once, by configuration path.</summary>
internal sealed class MeshOptionsValidator : IValidateOptions<MeshOptions>
{
    private const int MaxAddresses = 8;
    private const int MaxReplayLimit = 16 * 1024 * 1024;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, MeshOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        CheckControlPlane(options, errors);
        CheckLabel("Mesh:Service", options.Service ?? "", errors);
        CheckLabel("Mesh:Namespace", options.Namespace, errors);
        CheckSubdomain("Mesh:ServiceAccount", options.ServiceAccount, errors);
        CheckSubdomain("Mesh:TrustDomain", options.TrustDomain, errors);
        CheckPorts(options, errors);
        CheckAddresses(options.Address, errors);
        CheckLocality(options.Locality, errors);
        IdentityOptionsRules.Check(options.Identity, errors);
        FallbackOptionsRules.Check(options.Fallback, errors);
        XdsOptionsRules.Check(options.Xds, errors);
        ThreadPoolOptionsRules.Check(options.ThreadPool, errors);
        PropagationOptionsRules.Check(options.Propagation, errors);
        PropagationOptionsRules.Check(options.Lanes, errors);
        AccessLogOptionsRules.Check(options.AccessLogs, errors);
        if (!Enum.IsDefined(options.Outbound.TrafficPolicy))
        {
            errors.AddError($"Mesh:Outbound:TrafficPolicy is '{options.Outbound.TrafficPolicy}': expected AllowAny or RegistryOnly.");
        }

        if (options.Outbound.DiscoveryTimeout <= TimeSpan.Zero || options.Outbound.DiscoveryTimeout > Minute)
        {
            errors.AddError($"Mesh:Outbound:DiscoveryTimeout is {options.Outbound.DiscoveryTimeout}: expected more than zero and at most {Minute}.");
        }

        if (options.Outbound.MaxConnectionAge < TimeSpan.FromSeconds(1) || options.Outbound.MaxConnectionAge > TimeSpan.FromDays(1))
        {
            errors.AddError($"Mesh:Outbound:MaxConnectionAge is {options.Outbound.MaxConnectionAge}: expected one second to one day.");
        }

        if (options.Outbound.ReplayLimit is < 0 or > MaxReplayLimit)
        {
            errors.AddError($"Mesh:Outbound:ReplayLimit is {options.Outbound.ReplayLimit}: expected 0 to {MaxReplayLimit} bytes.");
        }

        if (options.Shutdown.DrainDelay < TimeSpan.Zero || options.Shutdown.DrainDelay > Minute)
        {
            errors.AddError($"Mesh:Shutdown:DrainDelay is {options.Shutdown.DrainDelay}: expected zero to {Minute}.");
        }

        if (options.Telemetry.MaxSeries is < 10 or > 1_000_000)
        {
            errors.AddError($"Mesh:Telemetry:MaxSeries is {options.Telemetry.MaxSeries}: expected 10 to 1,000,000.");
        }

        if (options.Telemetry.MetricsAddress is { } page && !(Uri.TryCreate(page, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp))
        {
            errors.AddError($"Mesh:Telemetry:MetricsAddress is '{page}': expected http://address:port.");
        }

        return errors.Build();
    }

    private static void CheckControlPlane(MeshOptions options, ValidateOptionsResultBuilder errors)
    {
        foreach (var address in options.ControlPlane)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            {
                errors.AddError($"{ControlPlaneAddresses.Key} holds '{address}': expected an address such as http://127.0.0.1:15010.");
            }
        }
    }

    // One alone may be a host name, and is the control plane's to judge.
    private static void CheckAddresses(string? said, ValidateOptionsResultBuilder errors)
    {
        if (said?.Split(',', StringSplitOptions.TrimEntries) is { Length: > 1 } all && (all.Length > MaxAddresses || all.Any(address => !IPAddress.TryParse(address, out _))))
        {
            errors.AddError($"Mesh:Address is '{said}': expected one IP address or host name, or 2 to {MaxAddresses} IP addresses with commas between them.");
        }
    }

    private static void CheckLabel(string path, string value, ValidateOptionsResultBuilder errors)
    {
        if (!DnsLabel.IsValid(value))
        {
            errors.AddError($"{path} is '{value}': expected up to 63 lower-case letters, digits and inner hyphens.");
        }
    }

    private static void CheckSubdomain(string path, string value, ValidateOptionsResultBuilder errors)
    {
        if (value.Length > 253 || !value.Split('.').All(DnsLabel.IsValid))
        {
            errors.AddError($"{path} is '{value}': expected DNS labels separated by dots.");
        }
    }

    private static void CheckPorts(MeshOptions options, ValidateOptionsResultBuilder errors)
    {
        foreach (var (port, number) in options.Ports)
        {
            if (number is < 1 or > ushort.MaxValue)
            {
                errors.AddError($"Mesh:Ports:{port} is {number}: expected 1 to {ushort.MaxValue}.");
            }
        }
    }

    private static void CheckLocality(string value, ValidateOptionsResultBuilder errors)
    {
        if (value.Length > 0 && Locality.Parse(value) is null)
        {
            errors.AddError($"Mesh:Locality is '{value}': expected region, region/zone or region/zone/subzone, without empty parts.");
        }
    }
}
