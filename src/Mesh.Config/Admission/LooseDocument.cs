using Mesh.Config.Yaml;

namespace Mesh.Config.Admission;

/// <summary>A document as it was found, good or bad.</summary>
/// <param name="Node">Its text.</param>
/// <param name="Resource">What could be read of it; null when not even its kind could.</param>
/// <param name="Findings">What decoding had to say.</param>
internal sealed record LooseDocument(YamlNode Node, Resource? Resource, FindingCollector Findings);
