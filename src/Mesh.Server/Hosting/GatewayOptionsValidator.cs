using System.Net;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Hosting;

/// <summary>Checks the options of a gateway, all of them at once.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<MeshGatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, MeshGatewayOptions options)
    {
        var errors = new List<string>();
        foreach (var (port, local) in options.Ports)
        {
            Check(port is >= 1 and <= IPEndPoint.MaxPort && local is >= 0 and <= IPEndPoint.MaxPort, $"Ports: expected a port from 1 to 65535 and a local one from 0 to 65535, got {port} and {local}.");
        }

        Check(options.PortOffset is >= 0 and <= IPEndPoint.MaxPort, $"PortOffset: expected 0 to 65535, got {options.PortOffset}.");
        Check(options.Address is null or "" || IPAddress.TryParse(options.Address, out _), $"Address: expected an IP address, got '{options.Address}'.");
        Check(options.DrainTime >= TimeSpan.Zero && options.DrainTime <= TimeSpan.FromDays(1), $"DrainTime: expected zero to a day, got {options.DrainTime}.");
        Check(options.MaxConnections >= 1, $"MaxConnections: expected 1 or more, got {options.MaxConnections}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add($"{MeshGatewayOptions.SectionName}:{error}");
            }
        }
    }
}
