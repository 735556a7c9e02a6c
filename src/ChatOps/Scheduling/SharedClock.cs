using System.IO.MemoryMappedFiles;

namespace ChatOps.Scheduling;

/// <summary>
/// A clock that several processes share: the machine's time plus an offset that is kept in eight bytes of a file.
/// Practice and tests move it; in production nobody gives the bot such a file and <see cref="TimeProvider.System"/> is used.
/// Timers stay real: only the time of day moves.
/// </summary>
public sealed class SharedClock : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor offset;

    /// <summary>Opens the clock's file, made with offset zero where there is none.</summary>
    public SharedClock(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, capacity: sizeof(long), MemoryMappedFileAccess.ReadWrite);
        offset = file.CreateViewAccessor(0, sizeof(long));
    }

    /// <summary>How far this clock is ahead of the machine's (negative: behind).</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(offset.ReadInt64(0));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    /// <summary>Moves the clock of every process that has the file open, at once.</summary>
    public void Advance(TimeSpan by) => offset.Write(0, offset.ReadInt64(0) + by.Ticks);

    public void Dispose()
    {
        offset.Dispose();
        file.Dispose();
    }
}
