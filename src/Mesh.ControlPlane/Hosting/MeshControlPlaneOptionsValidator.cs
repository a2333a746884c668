using Mesh.ControlPlane.Hosting.Listening;
using System.Net;
using Mesh.ControlPlane.Hosting.Database;
using Mesh.ControlPlane.Hosting.Options;
using Mesh.ControlPlane.Hosting.Options.Registries;
using Mesh.ControlPlane.Hosting.Security;
using Mesh.ControlPlane.Serving.Nodes;
using Microsoft.Extensions.Options;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Finds all that is wrong with the settings at once.</summary>
internal sealed class MeshControlPlaneOptionsValidator : IValidateOptions<MeshControlPlaneOptions>
{
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDebounce = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestAnalysisInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, MeshControlPlaneOptions options)
    {
        var errors = new List<string>();
        RequirePort(nameof(options.XdsPort), options.XdsPort, errors);
        RequirePort(nameof(options.HttpPort), options.HttpPort, errors);
        RequirePort(nameof(options.SecurePort), ListenPlan.SecurePortOf(options), errors);
        RequireDifferentPorts(options, errors);
        RequireAddress(options, errors);
        RequireTime(nameof(options.DebounceMax), options.DebounceMax, LongestDebounce, errors);
        RequireTime(nameof(options.DebounceQuiet), options.DebounceQuiet, LongestQuiet, errors);
        if (options.DebounceQuiet > options.DebounceMax)
        {
            errors.Add($"{Key(nameof(options.DebounceQuiet))}: expected at most {nameof(options.DebounceMax)} ({options.DebounceMax}), got {options.DebounceQuiet}.");
        }

        RequireTime(nameof(options.GraceTime), options.GraceTime, LongestGrace, errors);
        RequireTime(nameof(options.RestartGraceTime), options.RestartGraceTime, LongestGrace, errors);
        if (options.AnalysisInterval < ShortestAnalysisInterval || options.AnalysisInterval > LongestGrace)
        {
            errors.Add($"{Key(nameof(options.AnalysisInterval))}: expected a time from {ShortestAnalysisInterval} to {LongestGrace}, got {options.AnalysisInterval}.");
        }

        StreamOptionsRules.Check(options, errors);
        GraphOptionsRules.Check(options, errors);
        JwksOptionsRules.Check(options, errors);
        if (!DnsName.IsName(options.ClusterDomain))
        {
            errors.Add($"{Key(nameof(options.ClusterDomain))}: expected a DNS name in lower case such as cluster.local, got '{options.ClusterDomain}'.");
        }

        if (!DnsName.IsLabel(options.DefaultNamespace))
        {
            errors.Add($"{Key(nameof(options.DefaultNamespace))}: expected lower-case letters, digits and '-', at most 63 characters, got '{options.DefaultNamespace}'.");
        }

        StoreOptionsRules.Check(options, errors);
        PostgresOptionsRules.Check(options, errors);
        AuthorityOptionsRules.Check(options, errors);
        RegistryOptionsRules.Check(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void RequireDifferentPorts(MeshControlPlaneOptions options, List<string> errors)
    {
        (string Key, int Port)[] ports =
        [
            (nameof(options.XdsPort), options.Plaintext ? options.XdsPort : 0),
            (nameof(options.SecurePort), ListenPlan.SecurePortOf(options)),
            (nameof(options.HttpPort), options.HttpPort),
        ];
        foreach (var same in ports.Where(port => port.Port != 0).GroupBy(port => port.Port).Where(group => group.Count() > 1))
        {
            errors.Add($"{Key(same.Last().Key)}: expected another port than {same.First().Key}, got {same.Key} for both.");
        }
    }

    private static void RequireAddress(MeshControlPlaneOptions options, List<string> errors)
    {
        if (!IPAddress.TryParse(options.Address, out var address))
        {
            errors.Add($"{Key(nameof(options.Address))}: expected an IP address such as 127.0.0.1 or ::1, got '{options.Address}'.");
        }
        else if (options is { Authentication: ApiAuthentication.LoopbackDevelopment, ForceDevelopment: false } && !IPAddress.IsLoopback(address))
        {
            errors.Add(
                $"{Key(nameof(options.Authentication))}: LoopbackDevelopment asks for no credentials, and others reach {address}. "
                + $"Use Required, a loopback address, or {nameof(options.ForceDevelopment)} in a closed test network.");
        }
    }

    private static void RequirePort(string key, int port, List<string> errors)
    {
        if (port is < 0 or > 65535)
        {
            errors.Add($"{Key(key)}: expected a port from 0 (any free port) to 65535, got {port}.");
        }
    }

    private static void RequireTime(string key, TimeSpan time, TimeSpan longest, List<string> errors)
    {
        if (time < TimeSpan.Zero || time > longest)
        {
            errors.Add($"{Key(key)}: expected a time from 0 to {longest}, got {time}.");
        }
    }

    private static string Key(string key) => $"{MeshControlPlaneOptions.SectionName}:{key}";
}
