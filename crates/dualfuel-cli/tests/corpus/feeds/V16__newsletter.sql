alter table feeds add column kind text not null default 'rss' check (kind in ('rss','atom','json','newsletter'));
update feeds set kind = 'atom' where url like '%atom%' or url like '%.ATOM';
update feeds set kind = 'json' where substr(url, -5) = '.json';
