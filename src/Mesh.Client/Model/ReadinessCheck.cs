namespace Mesh.Client.Model;

/// <summary>One question that a process asks itself.</summary>
internal abstract record ReadinessCheck;
