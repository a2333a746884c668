using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Hosting;

/// <summary>Fills the options of a gateway from configuration.</summary>
internal sealed class GatewayOptionsSetup(IConfiguration configuration) : IConfigureOptions<MeshGatewayOptions>
{
    public void Configure(MeshGatewayOptions options)
    {
        var section = configuration.GetSection(MeshGatewayOptions.SectionName);
        options.PortOffset = Number(section[nameof(options.PortOffset)], options.PortOffset, "a number from 0 to 65535");
        options.MaxConnections = Number(section[nameof(options.MaxConnections)], options.MaxConnections, "a number of 1 or more");
        options.Address = section[nameof(options.Address)] ?? options.Address;
        if (section[nameof(options.DrainTime)] is { Length: > 0 } time)
        {
            options.DrainTime = TimeSpan.TryParse(time, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : throw new FormatException($"{MeshGatewayOptions.SectionName}:DrainTime: expected a time such as 00:00:45, got '{time}'.");
        }

        foreach (var entry in section.GetSection(nameof(options.Ports)).GetChildren())
        {
            options.Ports[Number(entry.Key, 0, "port numbers as keys")] = Number(entry.Value, 0, "a port from 0 to 65535");
        }
    }

    private static int Number(string? text, int otherwise, string expected) =>
        text is null ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"{MeshGatewayOptions.SectionName}: expected {expected}, got '{text}'.");
}
