using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks <c>Mesh:Fallback</c>.</summary>
internal static class FallbackOptionsRules
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(365);

    public static void Check(MeshFallbackOptions options, ValidateOptionsResultBuilder errors)
    {
        if (!Enum.IsDefined(options.Mode))
        {
            errors.AddError($"Mesh:Fallback:Mode is '{options.Mode}': expected Auto or Direct.");
        }

        if (!Enum.IsDefined(options.WhenNoConfiguration))
        {
            errors.AddError($"Mesh:Fallback:WhenNoConfiguration is '{options.WhenNoConfiguration}': expected Direct, Wait or Fail.");
        }

        Check("Mesh:Fallback:WaitTimeout", options.WaitTimeout, MinInterval, MaxWait, errors);
        Check("Mesh:Fallback:Snapshot:MaxAge", options.Snapshot.MaxAge, MinAge, MaxAge, errors);
        Check("Mesh:Fallback:Snapshot:Interval", options.Snapshot.Interval, MinInterval, Hour, errors);
        Check("Mesh:Fallback:Guard:HoldTime", options.Guard.HoldTime, TimeSpan.Zero, Hour, errors);
        foreach (var (host, endpoints) in options.Services)
        {
            foreach (var text in endpoints.Where(text => Fallback.Declared.DeclaredEndpoint.Parse(text) is null))
            {
                errors.AddError($"Mesh:Fallback:Services:{host} holds '{text}': expected host:port or http://host:port.");
            }
        }
    }

    private static void Check(string path, TimeSpan value, TimeSpan least, TimeSpan most, ValidateOptionsResultBuilder errors)
    {
        if (value < least || value > most)
        {
            errors.AddError($"{path} is {value}: expected {least} to {most}.");
        }
    }
}
