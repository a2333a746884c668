using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Makes a resource of what the database holds of it. It was admitted when it was written: nothing is validated again.</summary>
internal sealed class ResourceCodec(ILogger logger)
{
    private readonly ResourceDecoder _decoder = new("default");

    /// <summary>Null when this program cannot read it, as it may be of a kind that only a newer replica knows; the others are served without it.</summary>
    public Resource? Decode(StoredResource stored)
    {
        try
        {
            using var parsed = JsonDocument.Parse(stored.Document!, new JsonDocumentOptions { MaxDepth = 2 * YamlLimits.Default.Depth });
            var document = parsed.RootElement.Clone();
            var findings = new FindingCollector($"database, version {stored.Version}");
            if (_decoder.Decode(JsonTree.Read(document, YamlLimits.Default), findings) is { } resource)
            {
                return resource with
                {
                    Id = stored.Id,
                    Document = document,
                    Origin = null,
                    ResourceVersion = stored.Version,
                    CreationTimestamp = resource.CreationTimestamp == default ? stored.CreatedAt : resource.CreationTimestamp,
                };
            }

            PostgresStoreLog.Unreadable(logger, stored.Id, stored.Version, string.Join("; ", findings.ToImmutable()));
        }
        catch (Exception exception) when (exception is JsonException or YamlFormatException)
        {
            PostgresStoreLog.Unreadable(logger, stored.Id, stored.Version, exception.Message);
        }

        return null;
    }
}
