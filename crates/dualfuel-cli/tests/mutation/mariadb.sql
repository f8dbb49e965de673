CREATE TABLE `projects` (
  `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `code` varchar(20) NOT NULL,
  `region` varchar(255) NOT NULL DEFAULT 'eu' COMMENT 'dualfuel: TEXT as varchar(255)',
  `handle` longtext NOT NULL COMMENT 'dualfuel: TEXT NOCASE as longtext',
  `dualfuel_guard_projects_handle_1` varchar(255) AS (lower(`handle`)) VIRTUAL INVISIBLE,
  UNIQUE KEY `region` (`region`, `code`),
  UNIQUE KEY `handle` (`dualfuel_guard_projects_handle_1`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `members` (
  `project_id` bigint NOT NULL,
  `email` varchar(255) NOT NULL COMMENT 'dualfuel: TEXT as varchar(255)',
  `role` longtext NOT NULL DEFAULT 'reader',
  PRIMARY KEY (`project_id`, `email`),
  CONSTRAINT `members_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `tasks` (
  `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `project_id` bigint NOT NULL,
  `parent_id` bigint,
  `region` varchar(255) COMMENT 'dualfuel: TEXT as varchar(255)',
  `code` varchar(20),
  `title` varchar(100) NOT NULL DEFAULT 'untitled',
  `body` longtext,
  `status` longtext NOT NULL DEFAULT 'open' CHECK (`status` IN ('open', 'done', 'dropped')),
  `priority` int NOT NULL DEFAULT 3,
  `size` smallint,
  `weight` decimal(10,2) NOT NULL DEFAULT 1.50,
  `score` double DEFAULT 0.5,
  `ratio` float,
  `done` boolean NOT NULL DEFAULT FALSE CHECK (`done` IN (0, 1)),
  `due` date,
  `starts_at` time(6),
  `created_at` datetime(6) NOT NULL DEFAULT utc_timestamp(6),
  `updated_at` datetime(6) DEFAULT utc_timestamp(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
  `meta` json DEFAULT '{}',
  `token` uuid,
  `payload` longblob,
  `epoch` bigint NOT NULL DEFAULT (unix_timestamp()),
  `total` bigint GENERATED ALWAYS AS (`priority` * 10) STORED,
  `dualfuel_guard_tasks_active_1` tinyint(1) AS (CASE WHEN NOT `done` THEN 1 END) VIRTUAL INVISIBLE,
  `dualfuel_guard_tasks_lower_1` varchar(255) AS (lower(`title`)) VIRTUAL INVISIBLE,
  CONSTRAINT `tasks_range` CHECK (`priority` BETWEEN 1 AND 5 OR `done`),
  CHECK (`score` >= 0 AND NOT (`priority` > 9 AND `weight` < 1)),
  CONSTRAINT `tasks_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE,
  CONSTRAINT `tasks_parent_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `tasks` (`id`) ON DELETE SET NULL,
  CONSTRAINT `tasks_region_code_fkey` FOREIGN KEY (`region`, `code`) REFERENCES `projects` (`region`, `code`) ON UPDATE CASCADE,
  INDEX `tasks_title` (`title` DESC, `created_at`),
  INDEX `tasks_open` (`project_id`) COMMENT 'dualfuel: where NOT `done` AND `status` <> ''dropped''',
  UNIQUE INDEX `tasks_token` (`token`),
  UNIQUE INDEX `tasks_active` (`project_id`, `title`, `dualfuel_guard_tasks_active_1`),
  INDEX `tasks_lower` (`dualfuel_guard_tasks_lower_1`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE VIEW `open_tasks` AS SELECT `id`, `title` FROM `tasks` WHERE NOT `done`;
CREATE TRIGGER `tasks_touch` BEFORE UPDATE ON `tasks` FOR EACH ROW SET NEW.`updated_at` = utc_timestamp(6);
